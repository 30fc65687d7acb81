import Bottleneck from 'bottleneck';
import { later } from '../time.ts';
import type { SlotSupply } from './slot-supply.ts';

/** A request reaches the server before it settles: giving its token back this long after that never exceeds N in 60 s. */
const TOKEN_RETURN_MS = 60_250;
const CLOSED = {
  dropErrorMessage: 'the submit limiter is closed',
  enqueueErrorMessage: 'the submit limiter is closed',
};

export interface SubmitLimiterOptions {
  /** N: submits in any sliding 60 s. */
  requestsPerMinute: number;
  /** Submits under way at once; ceil(N / 15) by default: one for small budgets, full speed for large ones. */
  maxConcurrent?: number;
}

/**
 * Never more than N submits of this process in any sliding 60 s, at full throughput; what an earlier one sent, the database knows.
 * A fixed refresh of the reservoir lets 2N through around its edge, and even spacing N + 1: so each token comes back by itself.
 * The order of a crowd isn't its business: ask for one slot at a time, and decide who goes when the slot is real.
 */
export class SubmitLimiter implements SlotSupply {
  readonly #bottleneck: Bottleneck;
  readonly #cancelReturns = new Set<() => void>();
  #isClosed = false;

  constructor({ requestsPerMinute, maxConcurrent }: SubmitLimiterOptions) {
    this.#bottleneck = new Bottleneck({
      reservoir: requestsPerMinute,
      maxConcurrent: maxConcurrent ?? Math.max(1, Math.ceil(requestsPerMinute / 15)),
    });
  }

  /** `unused` gives the slot back at once. */
  requestSlot(use: () => Promise<'spent' | 'unused'>): Promise<void> {
    return this.#bottleneck.schedule(() => this.#run(use));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const cancel of this.#cancelReturns) cancel();
    this.#cancelReturns.clear();
    // Settles when the uses under way have ended; whoever asked for them waits for them already.
    void this.#bottleneck.stop({ dropWaitingJobs: true, ...CLOSED });
  }

  async #run(use: () => Promise<'spent' | 'unused'>): Promise<void> {
    let outcome: 'spent' | 'unused' = 'spent';
    try {
      outcome = await use();
    } finally {
      if (outcome === 'unused') this.#addTokens(1);
      else this.#returnToken();
    }
  }

  #returnToken(): void {
    if (this.#isClosed) return;
    const cancel = later(TOKEN_RETURN_MS, () => {
      this.#cancelReturns.delete(cancel);
      this.#addTokens(1);
    });
    this.#cancelReturns.add(cancel);
  }

  #addTokens(count: number): void {
    if (!this.#isClosed) void this.#bottleneck.incrementReservoir(count);
  }
}
