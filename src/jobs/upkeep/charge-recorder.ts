import { setMaxListeners } from 'node:events';
import type { Log } from '../../log.ts';
import { hasEnded, type Job, type JobRequest } from '../job.ts';
import { retryWhileBusy } from '../retry-while-busy.ts';
import type { JobStore } from '../store.ts';
import { chargeOf, fullCostOf, type JobCharge } from './job-charge.ts';

/** How many recent costs are read at the start, for estimates. */
const RECENT_COSTS = 500;

/** Counts what servers and members have used. */
export interface UsageLedger {
  recordCharge(charge: JobCharge & { readonly wasAccepted?: boolean }): Promise<void>;
  recordCost(parameters: JobRequest['parameters'], costUsd: number): void;
  recordMissedCharges(
    isOwn: (guildId: string | undefined) => boolean,
    find: (jobId: string) => Promise<JobCharge | 'under way' | undefined>,
  ): Promise<void>;
}

interface ChargeRecorderParts {
  readonly usage: UsageLedger;
  readonly store: Pick<JobStore, 'get' | 'latestPaid'>;
  readonly log: Log;
}

/** Records in the usage what every ended job cost; retries while the database is busy. */
export class ChargeRecorder {
  readonly #parts: ChargeRecorderParts;
  readonly #stopping = new AbortController();

  constructor(parts: ChargeRecorderParts) {
    this.#parts = parts;
    // Jobs that end while the database is busy listen to this signal, and Node warns of a leak at more than ten listeners.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** At the start: reads recent costs, and records the charges that an earlier process could not. */
  async resume(isOwn: (guildId: string | undefined) => boolean): Promise<void> {
    const { usage, store, log } = this.#parts;
    for (const job of await store.latestPaid(RECENT_COSTS)) this.#recordCost(job);
    await usage.recordMissedCharges(isOwn, async (jobId) => {
      try {
        const job = await store.get(jobId);
        return job && (hasEnded(job.state) ? chargeOf(job) : 'under way');
      } catch (error) {
        log.error({ err: error, job: jobId }, 'stored job unreadable');
        return 'under way';
      }
    });
  }

  /** Records the charge of an ended job. @param wasAccepted whether the member has read that it was accepted; default true */
  record(job: Job, { wasAccepted = true } = {}): void {
    const { usage, log } = this.#parts;
    const { signal } = this.#stopping;
    this.#recordCost(job);
    retryWhileBusy(() => usage.recordCharge({ ...chargeOf(job), wasAccepted }), log, signal).catch((error: unknown) => {
      // `resume` records it at the next start.
      if (!signal.aborted) log.error({ err: error, job: job.id }, 'charge not recorded');
    });
  }

  /** Ends the retries; the next start records the rest. */
  stop(): void {
    this.#stopping.abort(new Error('The process is stopping.'));
  }

  #recordCost(job: Job): void {
    const costUsd = fullCostOf(job);
    if (costUsd !== undefined) this.#parts.usage.recordCost(job.parameters, costUsd);
  }
}
