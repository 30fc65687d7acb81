import Bottleneck from 'bottleneck';
import { later, now } from '../time.ts';
import { MAX_PAUSE_MS } from './pause.ts';

export { pauseMsFor } from './pause.ts';

/** A request reaches the server before it settles: giving its token back this long after that never exceeds N in 60 s. */
const TOKEN_RETURN_MS = 60_250;
/** More than any reservoir holds. */
const PAUSE_WEIGHT = 1_000_000;
const MAX_JITTER_MS = 1000;
/** Bottleneck runs priority 0 before its default of 5. */
const FIRST_IN_LINE = 0;
const DEFAULT_PRIORITY = 5;
const CLOSED = {
  dropErrorMessage: 'the submit limiter is closed',
  enqueueErrorMessage: 'the submit limiter is closed',
};

export interface SubmitLimiterOptions {
  /** N: submits in any sliding 60 s. */
  requestsPerMinute: number;
  /** Submits under way at once; ceil(N / 15) by default: one for small budgets, full speed for large ones. */
  maxConcurrent?: number;
  /** When the submits of the last minute settled (epoch milliseconds), so that a restart doesn't hand out a second budget. */
  recentSubmitsMs?: readonly number[];
}

/**
 * Never more than N submits in any sliding 60 s, at full throughput.
 * A fixed refresh of the reservoir lets 2N through around its edge, and even spacing N + 1: so each token comes back by itself.
 * The order of a crowd isn't its business: ask for one slot at a time, and decide who goes when the slot is real.
 */
export class SubmitLimiter {
  readonly #bottleneck: Bottleneck;
  readonly #cancelReturns = new Set<() => void>();
  #pause: { untilMs: number; cancel: () => void } | undefined;
  #isClosed = false;

  constructor({ requestsPerMinute, maxConcurrent, recentSubmitsMs = [] }: SubmitLimiterOptions) {
    const nowMs = now();
    const returnsInMs = recentSubmitsMs
      .map((settledAtMs) => Math.min(settledAtMs, nowMs) + TOKEN_RETURN_MS - nowMs)
      .filter((remainingMs) => remainingMs > 0);
    this.#bottleneck = new Bottleneck({
      reservoir: requestsPerMinute - returnsInMs.length,
      maxConcurrent: maxConcurrent ?? Math.max(1, Math.ceil(requestsPerMinute / 15)),
    });
    for (const remainingMs of returnsInMs) this.#returnTokenIn(remainingMs);
  }

  /**
   * Waits for a slot, runs `use` in it, and resolves when that has ended. `unused` gives the slot back at once; a throw counts as spent.
   * @throws what `use` throws, or an Error when the limiter is closed before the slot is real
   */
  async requestSlot(use: () => Promise<'spent' | 'unused'>): Promise<void> {
    let priority = DEFAULT_PRIORITY;
    while (!(await this.#bottleneck.schedule({ priority }, () => this.#runUnlessPaused(use)))) priority = FIRST_IN_LINE;
  }

  /** Holds all slots until `epochMs`, at most 5 minutes from now, plus up to 1 s of jitter; the later of two pauses wins. */
  pauseUntil(epochMs: number): void {
    const nowMs = now();
    if (this.#isClosed || epochMs <= nowMs) return;
    const untilMs = Math.min(epochMs, nowMs + MAX_PAUSE_MS) + Math.random() * MAX_JITTER_MS;
    if (this.#pause && this.#pause.untilMs >= untilMs) return;
    if (this.#pause) this.#pause.cancel();
    else this.#addTokens(-PAUSE_WEIGHT);
    const cancel = later(untilMs - nowMs, () => {
      this.#pause = undefined;
      this.#addTokens(PAUSE_WEIGHT);
    });
    this.#pause = { untilMs, cancel };
  }

  /** Until when slots are held (epoch milliseconds); undefined when they aren't. */
  get pausedUntil(): number | undefined {
    return this.#pause?.untilMs;
  }

  /** Rejects the requests that wait, lets those under way end, and leaves nothing scheduled. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const cancel of this.#cancelReturns) cancel();
    this.#cancelReturns.clear();
    this.#pause?.cancel();
    this.#pause = undefined;
    // Settles when the uses under way have ended; whoever asked for them waits for them already.
    void this.#bottleneck.stop({ dropWaitingJobs: true, ...CLOSED });
  }

  async #runUnlessPaused(use: () => Promise<'spent' | 'unused'>): Promise<boolean> {
    // Bottleneck may start a job within the moment in which a pause begins.
    if (this.#pause) {
      this.#addTokens(1);
      return false;
    }
    let outcome: 'spent' | 'unused' = 'spent';
    try {
      outcome = await use();
    } finally {
      if (outcome === 'unused') this.#addTokens(1);
      else this.#returnTokenIn(TOKEN_RETURN_MS);
    }
    return true;
  }

  #returnTokenIn(ms: number): void {
    if (this.#isClosed) return;
    const cancel = later(ms, () => {
      this.#cancelReturns.delete(cancel);
      this.#addTokens(1);
    });
    this.#cancelReturns.add(cancel);
  }

  #addTokens(count: number): void {
    if (!this.#isClosed) void this.#bottleneck.incrementReservoir(count);
  }
}
