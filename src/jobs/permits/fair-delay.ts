import { monotonicNow } from '../../time.ts';

const WINDOW_MS = 60_000;
/** For a process that used the whole budget of the last minute. Longer delays would waste budget. */
const LONGEST_DELAY_MS = 500;
/** Keeps processes with equal shares from requesting permits at the same moment. */
const MAX_JITTER_MS = 100;

/**
 * Delays a process's next permit request when several processes share the budget: the more of the last minute's budget it used, the
 * longer. Otherwise the process with the fastest connection to the database would always win.
 */
export class FairDelay {
  readonly #requestsPerMinute: number;
  #postedAtMs: number[] = [];

  /** @param requestsPerMinute of all processes together */
  constructor(requestsPerMinute: number) {
    this.#requestsPerMinute = requestsPerMinute;
  }

  notePost(): void {
    this.#postedAtMs = [...this.#lastMinute(), monotonicNow()];
  }

  /** Milliseconds, from 0 to 600. */
  next(): number {
    const share = Math.min(1, this.#lastMinute().length / this.#requestsPerMinute);
    return share * LONGEST_DELAY_MS + Math.random() * MAX_JITTER_MS;
  }

  #lastMinute(): number[] {
    return this.#postedAtMs.filter((atMs) => atMs > monotonicNow() - WINDOW_MS);
  }
}
