import { setMaxListeners } from 'node:events';
import type { Log } from '../../log.ts';
import { hasEnded, type Job, type JobRequest } from '../job.ts';
import { retryWhileBusy } from '../retry-while-busy.ts';
import type { JobStore } from '../store.ts';
import { costAsAsked, type Settlement, settlementOf } from './settlement.ts';

/** Of how many finished jobs the costs are read at the start, for estimates. */
const REMEMBERED_COSTS = 500;

/** What counts what servers and members use. */
export interface Ledger {
  settle(settlement: Settlement & { readonly wasAccepted?: boolean }): Promise<void>;
  recordCost(parameters: JobRequest['parameters'], costUsd: number): void;
  settleLeft(
    isOwn: (guildId: string | undefined) => boolean,
    find: (jobId: string) => Promise<Settlement | 'under way' | undefined>,
  ): Promise<void>;
}

interface SettlementParts {
  readonly ledger: Ledger;
  readonly store: Pick<JobStore, 'get' | 'latestPaid'>;
  readonly log: Log;
}

/** Tells the ledger what every job has cost, as long as it takes. */
export class Settlements {
  readonly #parts: SettlementParts;
  readonly #stopping = new AbortController();

  constructor(parts: SettlementParts) {
    this.#parts = parts;
    // Every job that ends while the database is busy waits with this signal, and Node takes more than ten listeners for a leak.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** At the start: reads what jobs have cost lately, and settles what an earlier process left. */
  async resume(isOwn: (guildId: string | undefined) => boolean): Promise<void> {
    const { ledger, store, log } = this.#parts;
    for (const job of await store.latestPaid(REMEMBERED_COSTS)) this.#recordCost(job);
    await ledger.settleLeft(isOwn, async (jobId) => {
      try {
        const job = await store.get(jobId);
        return job && (hasEnded(job.state) ? settlementOf(job) : 'under way');
      } catch (error) {
        log.error({ err: error, job: jobId }, 'a stored job is unreadable');
        return 'under way';
      }
    });
  }

  /** Settles a job that has ended. @param wasAccepted false when nobody was told that it was taken; default true */
  settle(job: Job, { wasAccepted = true } = {}): void {
    const { ledger, log } = this.#parts;
    const { signal } = this.#stopping;
    this.#recordCost(job);
    retryWhileBusy(() => ledger.settle({ ...settlementOf(job), wasAccepted }), log, signal).catch((error: unknown) => {
      // What is left is settled at the next start.
      if (!signal.aborted) log.error({ err: error, job: job.id }, 'the usage of a job was not settled');
    });
  }

  /** Leaves to the next start what could not be stored. */
  stop(): void {
    this.#stopping.abort(new Error('The process is stopping.'));
  }

  #recordCost(job: Job): void {
    const costUsd = costAsAsked(job);
    if (costUsd !== undefined) this.#parts.ledger.recordCost(job.parameters, costUsd);
  }
}
