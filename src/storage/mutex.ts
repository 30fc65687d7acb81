import { later } from '../time.ts';
import { DatabaseBusy } from './errors.ts';

/** A lock that callers get one at a time, in the order of the calls. */
export class Mutex {
  readonly #waiting = new Set<() => void>();
  #isLocked = false;

  /** @throws DatabaseBusy when it isn't free within `timeoutMs` */
  async lock(timeoutMs: number): Promise<void> {
    if (!this.#isLocked) {
      this.#isLocked = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const cancel = later(timeoutMs, () => {
        this.#waiting.delete(start);
        reject(new DatabaseBusy());
      });
      const start = () => {
        cancel();
        resolve();
      };
      this.#waiting.add(start);
    });
  }

  /** Passes the lock on to the call that has waited longest. */
  unlock(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else {
      this.#isLocked = false;
    }
  }
}
