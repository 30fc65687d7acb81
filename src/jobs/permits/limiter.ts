import Bottleneck from 'bottleneck';
import { monotonicNow, now } from '../../time.ts';

/** When the wall clock and the monotonic one differ by more, the wall clock was set. */
const CLOCK_STEP_MS = 500;
const STOPPED_MESSAGES = {
  dropErrorMessage: 'the submit limiter was stopped',
  enqueueErrorMessage: 'the submit limiter was stopped',
};

/** Lets the next submit begin; a second call does nothing. */
export type Release = () => void;

/**
 * Serializes the submits of this process: one at a time for small budgets, more for large ones. It doesn't count them: the ledger does.
 * Bottleneck uses `Date.now()` and stalls after the clock was set back, so it is then rebuilt.
 */
export class SubmitLimiter {
  readonly #maxConcurrent: number;
  #bottleneck: Bottleneck;
  #clockOffsetMs = clockOffset();
  #isClosed = false;

  /** @param maxConcurrent submits under way at once; at least 1 */
  constructor(maxConcurrent: number) {
    this.#maxConcurrent = maxConcurrent;
    this.#bottleneck = new Bottleneck({ maxConcurrent });
  }

  /** Waits until one more submit may begin. @throws Error when the limiter is closed before that */
  async acquire(): Promise<Release> {
    for (;;) {
      this.#rebuildAfterClockStep();
      const bottleneck = this.#bottleneck;
      try {
        return await this.#acquireFrom(bottleneck);
      } catch (error) {
        if (this.#isClosed || bottleneck === this.#bottleneck) throw error;
      }
    }
  }

  /** Rejects waiting callers; submits under way may finish. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    void this.#bottleneck.stop({ dropWaitingJobs: true, ...STOPPED_MESSAGES });
  }

  #acquireFrom(bottleneck: Bottleneck): Promise<Release> {
    return new Promise((resolve, reject) => {
      const use = () =>
        new Promise<void>((done) =>
          resolve(() => {
            this.#rebuildAfterClockStep();
            done();
          }),
        );
      bottleneck.schedule(use).catch(reject);
    });
  }

  #rebuildAfterClockStep(): void {
    const stepMs = clockOffset() - this.#clockOffsetMs;
    if (this.#isClosed || Math.abs(stepMs) < CLOCK_STEP_MS) return;
    const old = this.#bottleneck;
    this.#clockOffsetMs += stepMs;
    this.#bottleneck = new Bottleneck({ maxConcurrent: this.#maxConcurrent });
    void old.stop({ dropWaitingJobs: true, ...STOPPED_MESSAGES });
  }
}

function clockOffset(): number {
  return now() - monotonicNow();
}
