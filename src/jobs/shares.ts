import type { Database } from '../storage/database.ts';
import { now } from '../time.ts';
import type { Job } from './job.ts';
import { readable, toJob } from './row.ts';

/** One attempt to share a job's images; only who holds it may finish it. */
export interface ShareAttempt {
  readonly jobId: string;
  readonly startedAtMs: number;
}

/** Records which private images their requesters share. Every step is a compare-and-set: of several callers, one wins. */
export class Shares {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Begins to share a private job's images. Takes over an attempt that wasn't finished, which must no longer run.
   * @returns undefined when the images were shared or deleted, or another caller was first
   */
  async begin(jobId: string): Promise<ShareAttempt | undefined> {
    const { db } = this.#database;
    const found = await db.selectFrom('jobs').select('shared_at').where('id', '=', jobId).executeTakeFirst();
    if (!found) return undefined;
    // Never the moment of the attempt that is taken over: its holder could still finish this one.
    const startedAtMs = Math.max(now(), (found.shared_at ?? 0) + 1);
    const { numUpdatedRows } = await db
      .updateTable('jobs')
      .set({ shared_at: startedAtMs })
      .where('id', '=', jobId)
      .where('state', '=', 'delivered')
      .where('is_private', '=', 1)
      .where('deleted_at', 'is', null)
      .where('shared_at', found.shared_at === null ? 'is' : '=', found.shared_at)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n ? { jobId, startedAtMs } : undefined;
  }

  /**
   * Makes the job public, with the messages that show it to everyone.
   * @returns the job; undefined when it was removed meanwhile, or another caller took over
   */
  async finish({ jobId, startedAtMs }: ShareAttempt, messageIds: readonly string[]): Promise<Job | undefined> {
    const row = await this.#database.write(async (db) => {
      const shared = await db
        .updateTable('jobs')
        .set({ is_private: 0, message_ids: JSON.stringify(messageIds) })
        .where('id', '=', jobId)
        .where('shared_at', '=', startedAtMs)
        .returningAll()
        .executeTakeFirst();
      if (!shared) return undefined;
      await db
        .insertInto('job_messages')
        .values(messageIds.map((messageId) => ({ message_id: messageId, job_id: jobId })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return shared;
    });
    return row && toJob(row);
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
