import { later, monotonicNow } from '../time.ts';

/** Lets those who queue up go one after the other, evenly spaced; who comes when nobody queues goes at once. */
export class PacedQueue<T> {
  readonly #queue = new Set<T>();
  readonly #spacingMs: number;
  readonly #take: (item: T) => boolean;
  #nextMs = 0;
  #isTimerSet = false;

  /** @param take has its turn; false when it made no use of it, and then the next one goes at once */
  constructor(spacingMs: number, take: (item: T) => boolean) {
    this.#spacingMs = spacingMs;
    this.#take = take;
  }

  join(item: T): void {
    this.#queue.add(item);
    this.#go();
  }

  leave(item: T): void {
    this.#queue.delete(item);
  }

  #go(): void {
    if (this.#isTimerSet) return;
    for (const item of this.#queue) {
      const waitMs = this.#nextMs - monotonicNow();
      if (waitMs > 0) {
        this.#isTimerSet = true;
        later(waitMs, () => {
          this.#isTimerSet = false;
          this.#go();
        });
        return;
      }
      this.#queue.delete(item);
      if (this.#take(item)) this.#nextMs = monotonicNow() + this.#spacingMs;
    }
  }
}
