import { later } from '../time.ts';
import { DatabaseBusy } from './errors.ts';

/** Something that one at a time may have, in the order of asking. */
export class Turn {
  readonly #waiting = new Set<() => void>();
  #isTaken = false;

  /** @throws DatabaseBusy when the turn doesn't come within `timeoutMs` */
  async take(timeoutMs: number): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true;
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

  /** Hands the turn to whoever has waited longest. */
  giveBack(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else {
      this.#isTaken = false;
    }
  }
}
