import type { Log } from '../../log.ts';
import { wait } from '../../time.ts';
import type { PermitAnswer } from '../permits/permit.ts';
import type { Permits } from '../permits/permits.ts';
import type { FairQueue } from './fair-queue.ts';
import type { QueuedJob } from './queued-job.ts';

/** Before the next request after one failed. */
const FAILED_PAUSE_MS = 1_000;

interface PermitRequestsOptions {
  readonly permits: Pick<Permits, 'canRequest' | 'request'>;
  readonly queue: FairQueue<QueuedJob>;
  /** How many are made at once; at least 1. */
  readonly maxRequests: number;
  /** Called with each job that has to wait: it goes back to where it was. */
  readonly putBack: (job: QueuedJob) => void;
  /** Called after each request. */
  readonly onSettled: () => void;
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Requests permits for the jobs whose turn it is. */
export class PermitRequests {
  readonly #options: PermitRequestsOptions;
  /** How many are being made. */
  #count = 0;
  /** The jobs that they are made for, in the order of their turns: out of the queue, but not submitted. */
  readonly #chosen = new Set<QueuedJob>();
  /** How many of these have to wait. They go back together once all have their answers, so that they keep the order of their turns. */
  #heldBack = 0;

  constructor(options: PermitRequestsOptions) {
    this.#options = options;
  }

  /** The jobs that permits are being requested for, in the order of their turns. */
  get chosen(): readonly QueuedJob[] {
    return [...this.#chosen];
  }

  /** To be called whenever there may be jobs to submit. */
  makeAll(): void {
    const { permits, queue, maxRequests } = this.#options;
    while (
      permits.canRequest &&
      this.#heldBack === 0 &&
      this.#count < Math.min(maxRequests, this.#chosen.size + queue.size)
    )
      void this.#make();
  }

  async #make(): Promise<void> {
    const { permits, queue, onSettled, log, signal } = this.#options;
    this.#count += 1;
    let chosen = undefined as QueuedJob | undefined;
    const choose = () => {
      // Those that wait to go back are before all others.
      if (this.#heldBack > 0) return undefined;
      chosen = queue.next();
      chosen?.cancelExpiry();
      if (chosen) this.#chosen.add(chosen);
      return chosen?.job;
    };
    try {
      const answer = await permits.request(choose);
      if (chosen) this.#handleAnswer(chosen, answer);
    } catch (error) {
      if (chosen) this.#chosen.delete(chosen);
      if (chosen && !signal.aborted) chosen.fail(error);
      if (chosen || signal.aborted) return;
      log.error({ err: error }, 'submit slot failed');
      await wait(FAILED_PAUSE_MS, signal).catch(() => {});
    } finally {
      this.#count -= 1;
      this.#putBack();
      onSettled();
    }
  }

  #handleAnswer(chosen: QueuedJob, answer: PermitAnswer): void {
    switch (answer.name) {
      case 'granted':
      case 'lost':
        this.#chosen.delete(chosen);
        chosen.leave(answer);
        break;
      case 'wait':
      case 'unused':
        this.#heldBack += 1;
        break;
      default:
        answer satisfies never;
    }
  }

  #putBack(): void {
    if (this.#heldBack < this.#chosen.size) return;
    const heldBack = this.chosen.toReversed();
    this.#chosen.clear();
    this.#heldBack = 0;
    for (const job of heldBack) this.#options.putBack(job);
  }
}
