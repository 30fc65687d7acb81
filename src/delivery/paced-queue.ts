import { later, monotonicNow } from '../time.ts';

/** Processes items one after the other, evenly spaced; the first one at once. */
export class PacedQueue<T> {
  readonly #queue = new Set<T>();
  readonly #spacingMs: number;
  readonly #process: (item: T) => boolean;
  #nextMs = 0;
  #isTimerSet = false;

  /** @param process false when there was nothing to do: then the next item follows at once */
  constructor(spacingMs: number, process: (item: T) => boolean) {
    this.#spacingMs = spacingMs;
    this.#process = process;
  }

  join(item: T): void {
    this.#queue.add(item);
    this.#advance();
  }

  leave(item: T): void {
    this.#queue.delete(item);
  }

  #advance(): void {
    if (this.#isTimerSet) return;
    for (const item of this.#queue) {
      const waitMs = this.#nextMs - monotonicNow();
      if (waitMs > 0) {
        this.#isTimerSet = true;
        later(waitMs, () => {
          this.#isTimerSet = false;
          this.#advance();
        });
        return;
      }
      this.#queue.delete(item);
      if (this.#process(item)) this.#nextMs = monotonicNow() + this.#spacingMs;
    }
  }
}
