import { monotonicNow } from '../../time.ts';

const WINDOW_MS = 60_000;
/** How much later a process asks that alone used the budget of the last minute: what is free meanwhile stays unused. */
const LONGEST_DELAY_MS = 1_000;
/** Keeps processes with equal shares from asking at the same moment. */
const MAX_JITTER_MS = 100;

/**
 * How much later than the ledger says this process asks again for a place in a budget that several processes share. The more it had
 * of the last minute, the later: otherwise the process nearest to the database would win every time.
 */
export class FairDelay {
  readonly #requestsPerMinute: number;
  #postedAtMs: number[] = [];

  /** @param requestsPerMinute those of all processes together */
  constructor(requestsPerMinute: number) {
    this.#requestsPerMinute = requestsPerMinute;
  }

  /** Counts a POST of this process. */
  notePost(): void {
    this.#postedAtMs = [...this.#lastMinute(), monotonicNow()];
  }

  /** Milliseconds, from 0 to 1,100. */
  next(): number {
    const share = Math.min(1, this.#lastMinute().length / this.#requestsPerMinute);
    return share * LONGEST_DELAY_MS + Math.random() * MAX_JITTER_MS;
  }

  #lastMinute(): number[] {
    return this.#postedAtMs.filter((atMs) => atMs > monotonicNow() - WINDOW_MS);
  }
}
