import type { Database } from '../storage/database.ts';
import type { Job } from './job.ts';
import { readable, toJob } from './row.ts';

/** Finds jobs by what moderators know of them. */
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
}
