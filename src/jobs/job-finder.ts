import type { Database } from '../storage/database.ts';
import type { Job } from './job.ts';
import { messageIdsSchema, readable, toJob } from './row.ts';

/** Finds jobs for moderators. */
export class JobFinder {
  readonly #db: Database['db'];

  constructor({ db }: Pick<Database, 'db'>) {
    this.#db = db;
  }

  /** The job that a message shows or showed. */
  async byMessage(messageId: string): Promise<Job | undefined> {
    const row = await this.#db
      .selectFrom('jobs')
      .selectAll()
      .where('id', '=', (eb) => eb.selectFrom('job_messages').select('job_id').where('message_id', '=', messageId))
      .executeTakeFirst();
    return row && toJob(row);
  }

  /** Up to `limit` jobs of a member in a server, the latest first, without unreadable ones. */
  async latestOf(guildId: string, memberId: string, limit: number): Promise<Job[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .selectAll()
      .where('guild_id', '=', guildId)
      .where('requester_id', '=', memberId)
      .orderBy('sequence', 'desc')
      .limit(limit)
      .execute();
    return readable(rows, () => {});
  }

  /** The messages with a member's public images that were delivered or shared in a server since `sinceMs`, the latest first. */
  async imageMessages(
    guildId: string,
    memberId: string,
    sinceMs: number,
  ): Promise<{ jobId: string; channelId: string; messageId: string }[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .select(['id', 'channel_id', 'message_ids'])
      .where('guild_id', '=', guildId)
      .where('requester_id', '=', memberId)
      .where('is_private', '=', 0)
      .where('state', '=', 'delivered')
      // One that was just delivered may not be closed yet.
      .where((eb) => eb.or([eb('ended_at', '>=', sinceMs), eb('ended_at', 'is', null), eb('shared_at', '>=', sinceMs)]))
      .orderBy('sequence', 'desc')
      .execute();
    return rows.flatMap(({ id, channel_id, message_ids }) =>
      messageIdsSchema.parse(message_ids).map((messageId) => ({ jobId: id, channelId: channel_id, messageId })),
    );
  }
}
