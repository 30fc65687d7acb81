import type { Database } from '../storage/database.ts';
import { hasEnded, type Job } from './job.ts';
import { messageIdsSchema, readable, toJob } from './row.ts';

/** A job that has not ended. */
export interface UnfinishedJob {
  readonly job: Job;
  /** Whether another process runs it, or will take it over. */
  readonly isElsewhere: boolean;
}

/** Finds jobs for members and moderators. */
export class JobFinder {
  readonly #db: Database['db'];
  readonly #processId: number;

  constructor({ db, processId }: Pick<Database, 'db' | 'processId'>) {
    this.#db = db;
    this.#processId = processId;
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

  /** The ids of all messages that were posted for a job. */
  async messagesOf(jobId: string): Promise<string[]> {
    const rows = await this.#db.selectFrom('job_messages').select('message_id').where('job_id', '=', jobId).execute();
    return rows.map(({ message_id }) => message_id);
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

  /** The jobs of a server, of a member, or of a member in a server that have not ended, in the order of arrival, without unreadable ones. */
  async unfinished({ guildId, memberId }: { guildId?: string; memberId?: string }): Promise<UnfinishedJob[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .selectAll()
      .where('ended_at', 'is', null)
      .where((eb) =>
        eb.and({
          ...(guildId === undefined ? {} : { guild_id: guildId }),
          ...(memberId === undefined ? {} : { requester_id: memberId }),
        }),
      )
      .orderBy('sequence')
      .execute();
    return rows.flatMap((row) => {
      const isElsewhere = row.claimed_by !== this.#processId;
      return readable([row], () => {}).flatMap((job) => (hasEnded(job.state) ? [] : [{ job, isElsewhere }]));
    });
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
