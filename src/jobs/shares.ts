import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { now } from '../time.ts';
import type { Job, ShownImages } from './job.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { readable, toJob } from './row.ts';

/** One attempt to share a job's images; only who holds it may finish it. */
export interface ShareAttempt {
  readonly jobId: string;
  /** When the first attempt began, that of an earlier process too, in epoch milliseconds; some milliseconds later for each further one. */
  readonly startedAtMs: number;
}

/** What an attempt ended with. */
export type FinishedShare =
  | { readonly name: 'shared'; readonly job: Job }
  /** The job was removed meanwhile. */
  | { readonly name: 'gone' }
  | { readonly name: 'taken over' };

interface ShareOptions {
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Records which private images their requesters share. Every step is a compare-and-set: of several callers, one wins. */
export class Shares {
  readonly #database: Database;
  readonly #options: ShareOptions;

  constructor(database: Database, options: ShareOptions) {
    this.#database = database;
    this.#options = options;
  }

  async find(jobId: string): Promise<Job | undefined> {
    const row = await this.#database.db.selectFrom('jobs').selectAll().where('id', '=', jobId).executeTakeFirst();
    return row && toJob(row);
  }

  /**
   * Begins to share a private job's images. Takes over an attempt that wasn't finished, which must no longer run.
   * @param forced what the server's current rules add; stored for the caller that finishes the attempt
   * @returns undefined when the images were shared or deleted, or another caller was first
   */
  async begin({ id: jobId, forced }: Pick<Job, 'id' | 'forced'>): Promise<ShareAttempt | undefined> {
    const { db } = this.#database;
    const found = await db.selectFrom('jobs').select('shared_at').where('id', '=', jobId).executeTakeFirst();
    if (!found) return undefined;
    // Not the very moment of the attempt that is taken over, since its holder could then finish this one; but close to it, since
    // what it may have posted is searched for from there.
    const startedAtMs = found.shared_at === null ? now() : found.shared_at + 1;
    const { numUpdatedRows } = await db
      .updateTable('jobs')
      .set({ shared_at: startedAtMs, forced: JSON.stringify(forced) })
      .where('id', '=', jobId)
      .where('state', '=', 'delivered')
      .where('is_private', '=', 1)
      .where('deleted_at', 'is', null)
      .where('shared_at', found.shared_at === null ? 'is' : '=', found.shared_at)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n ? { jobId, startedAtMs } : undefined;
  }

  /**
   * Makes the job public, with the messages that show it to everyone; waits for a busy database as long as it takes.
   * @throws `signal.reason` when the process stops meanwhile; then the next start finishes it
   */
  finish(attempt: ShareAttempt, shown: ShownImages): Promise<FinishedShare> {
    const { log, signal } = this.#options;
    return retryWhileBusy(() => this.#finishOnce(attempt, shown), log, signal);
  }

  #finishOnce({ jobId, startedAtMs }: ShareAttempt, { messageIds, thumbnailUrl }: ShownImages): Promise<FinishedShare> {
    return this.#database.write(async (db): Promise<FinishedShare> => {
      const shared = await db
        .updateTable('jobs')
        .set({ is_private: 0, message_ids: JSON.stringify(messageIds), thumbnail_url: thumbnailUrl ?? null })
        .where('id', '=', jobId)
        .where('shared_at', '=', startedAtMs)
        .returningAll()
        .executeTakeFirst();
      if (!shared) {
        const row = await db.selectFrom('jobs').select('id').where('id', '=', jobId).executeTakeFirst();
        return { name: row ? 'taken over' : 'gone' };
      }
      await db
        .insertInto('job_messages')
        .values(messageIds.map((messageId) => ({ message_id: messageId, job_id: jobId })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return { name: 'shared', job: toJob(shared) };
    });
  }

  /** Ends an attempt that has certainly posted nothing: the images can be shared again. */
  async giveUp({ jobId, startedAtMs }: ShareAttempt): Promise<void> {
    await this.#database.db
      .updateTable('jobs')
      .set({ shared_at: null })
      .where('id', '=', jobId)
      .where('shared_at', '=', startedAtMs)
      .where('is_private', '=', 1)
      .execute();
  }

  /** The attempts that were not finished, without unreadable jobs. */
  async unfinished(): Promise<{ readonly job: Job; readonly attempt: ShareAttempt }[]> {
    const rows = await this.#database.db
      .selectFrom('jobs')
      .selectAll()
      .where('shared_at', 'is not', null)
      .where('is_private', '=', 1)
      .execute();
    const startedAt = new Map(rows.map(({ id, shared_at }) => [id, shared_at]));
    return readable(rows, () => {}).flatMap((job) => {
      const startedAtMs = startedAt.get(job.id) ?? undefined;
      return startedAtMs === undefined ? [] : [{ job, attempt: { jobId: job.id, startedAtMs } }];
    });
  }
}
