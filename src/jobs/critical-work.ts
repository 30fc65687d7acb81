import { within } from '../time.ts';

/** The POSTs and deliveries under way: a stopping process waits for them. */
export class CriticalWork {
  readonly #running = new Set<Promise<unknown>>();

  run<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const done = () => this.#running.delete(work);
    work.then(done, done);
    return work;
  }

  /** Resolves when all of it has ended, after `timeoutMs` milliseconds at the latest. */
  async drain(timeoutMs: number): Promise<void> {
    await within(timeoutMs, Promise.allSettled(this.#running));
  }
}
