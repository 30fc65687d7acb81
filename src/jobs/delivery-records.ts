import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import type { Job, ShownImages, Uploads } from './job.ts';
import { stateColumns } from './row.ts';

/**
 * Stores how a job was shown to its member, only while this process owns it. All of it is useful after a restart, but not required:
 * when it can't be stored, that is logged, and the delivery goes on.
 */
export class DeliveryRecords {
  readonly #database: Database;
  readonly #log: Log;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /** Stores the messages that show the job, the reply first. */
  setMessages(job: Pick<Job, 'id'>, messageIds: readonly string[]): Promise<void> {
    return this.#attempt(job, async () => {
      const { numUpdatedRows } = await this.#update(job)
        .set({ message_ids: JSON.stringify(messageIds) })
        .executeTakeFirstOrThrow();
      if (numUpdatedRows > 0n) await this.#addMessages(job, messageIds);
    });
  }

  /** Stores what was uploaded of a job that is being delivered, and the messages that show it. */
  setUploads(job: Job, uploads: Uploads, { messageIds, thumbnailUrl, areOutside = false }: ShownImages): Promise<void> {
    return this.#attempt(job, async () => {
      const { state } = job;
      if (state.name !== 'delivering') throw new Error(`A job that is ${state.name} has no uploads.`);
      const { numUpdatedRows } = await this.#update(job)
        .set({
          ...stateColumns({ ...state, uploads }),
          // In the job's channel there are none: links would lead nowhere, and moderators would delete a member's direct messages.
          message_ids: JSON.stringify(areOutside ? [] : messageIds),
          thumbnail_url: thumbnailUrl ?? null,
        })
        .where('state', '=', state.name)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows > 0n) await this.#addMessages(job, messageIds);
    });
  }

  /** Stores the routes to the member that Discord refused for good. */
  setRefusedRoutes(job: Pick<Job, 'id'>, routes: readonly string[]): Promise<void> {
    return this.#attempt(job, async () => {
      await this.#update(job)
        .set({ delivery: JSON.stringify(routes) })
        .execute();
    });
  }

  #update({ id }: Pick<Job, 'id'>) {
    const { relaxed, processId } = this.#database;
    return relaxed.updateTable('jobs').where('id', '=', id).where('claimed_by', '=', processId);
  }

  /** Adds messages by which the job can be found. */
  async #addMessages({ id }: Pick<Job, 'id'>, messageIds: readonly string[]): Promise<void> {
    if (messageIds.length === 0) return;
    await this.#database.relaxed
      .insertInto('job_messages')
      .values(messageIds.map((messageId) => ({ message_id: messageId, job_id: id })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async #attempt({ id }: Pick<Job, 'id'>, store: () => Promise<void>): Promise<void> {
    try {
      await store();
    } catch (error) {
      this.#log.warn({ err: error, job: id }, 'job detail not stored');
    }
  }
}
