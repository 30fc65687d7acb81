import { setMaxListeners } from 'node:events';
import type { Log } from '../../log.ts';
import { hasEnded, type Job, type JobRequest } from '../job.ts';
import { retryWhileBusy } from '../retry-while-busy.ts';
import type { JobStore } from '../store.ts';
import { chargeOf, fullCostOf, type JobCharge } from './job-charge.ts';

/** Of how many finished jobs the costs are read at the start, for estimates. */
const REMEMBERED_COSTS = 500;

/** What counts what servers and members use. */
export interface UsageLedger {
  recordCharge(settlement: JobCharge & { readonly wasAccepted?: boolean }): Promise<void>;
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

/** Tells the ledger what every job has cost, as long as it takes. */
export class ChargeRecorder {
  readonly #parts: ChargeRecorderParts;
  readonly #stopping = new AbortController();

  constructor(parts: ChargeRecorderParts) {
    this.#parts = parts;
    // Every job that ends while the database is busy waits with this signal, and Node takes more than ten listeners for a leak.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** At the start: reads what jobs have cost lately, and settles what an earlier process left. */
  async resume(isOwn: (guildId: string | undefined) => boolean): Promise<void> {
    const { usage: ledger, store, log } = this.#parts;
    for (const job of await store.latestPaid(REMEMBERED_COSTS)) this.#recordCost(job);
    await ledger.recordMissedCharges(isOwn, async (jobId) => {
      try {
        const job = await store.get(jobId);
        return job && (hasEnded(job.state) ? chargeOf(job) : 'under way');
      } catch (error) {
        log.error({ err: error, job: jobId }, 'a stored job is unreadable');
        return 'under way';
      }
    });
  }

  /** Settles a job that has ended. @param wasAccepted false when nobody was told that it was taken; default true */
  record(job: Job, { wasAccepted = true } = {}): void {
    const { usage: ledger, log } = this.#parts;
    const { signal } = this.#stopping;
    this.#recordCost(job);
    retryWhileBusy(() => ledger.recordCharge({ ...chargeOf(job), wasAccepted }), log, signal).catch(
      (error: unknown) => {
        // What is left is settled at the next start.
        if (!signal.aborted) log.error({ err: error, job: job.id }, 'the usage of a job was not settled');
      },
    );
  }

  /** Leaves to the next start what could not be stored. */
  stop(): void {
    this.#stopping.abort(new Error('The process is stopping.'));
  }

  #recordCost(job: Job): void {
    const costUsd = fullCostOf(job);
    if (costUsd !== undefined) this.#parts.usage.recordCost(job.parameters, costUsd);
  }
}
