import type { Database } from '../../storage/database.ts';

/** Removes old rows of jobs, in batches: each call returns how many it removed. */
export class OldJobs {
  readonly #db: Database['db'];

  constructor({ db }: Pick<Database, 'db'>) {
    this.#db = db;
  }

  /** Removes up to `limit` jobs without a star that ended before `beforeMs`. */
  async removeEnded(beforeMs: number, limit: number): Promise<number> {
    return this.#removeJobs(this.#endedBefore(beforeMs).where('starred_at', 'is', null).limit(limit));
  }

  /** The same for jobs with a star. */
  async removeStarred(beforeMs: number, limit: number): Promise<number> {
    return this.#removeJobs(this.#endedBefore(beforeMs).where('starred_at', 'is not', null).limit(limit));
  }

  /** Removes the records of up to `limit` POSTs that were sent before `beforeMs`. */
  async removePosts(beforeMs: number, limit: number): Promise<number> {
    const old = this.#db.selectFrom('posts').select('id').where('sent_at', '<', beforeMs).limit(limit);
    const { numDeletedRows } = await this.#db.deleteFrom('posts').where('id', 'in', old).executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  /** Whether a job is closed; undefined when it was removed. */
  async statusOf(id: string): Promise<'open' | 'closed' | undefined> {
    const row = await this.#db.selectFrom('jobs').select('ended_at').where('id', '=', id).executeTakeFirst();
    return row && (row.ended_at === null ? 'open' : 'closed');
  }

  /** The servers that have jobs. */
  async guildIds(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .select('guild_id')
      .distinct()
      .where('guild_id', 'is not', null)
      .execute();
    return rows.flatMap(({ guild_id }) => guild_id ?? []);
  }

  /** When a server's latest job was requested. */
  async lastUse(guildId: string): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('jobs')
      .select('created_at')
      .where('guild_id', '=', guildId)
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.created_at;
  }

  /** Removes up to `limit` ended jobs of a server. */
  async eraseGuild(guildId: string, limit: number): Promise<number> {
    const ended = this.#db
      .selectFrom('jobs')
      .select('id')
      .where('guild_id', '=', guildId)
      .where((eb) => eb.or([eb('ended_at', 'is not', null), eb('state', '=', 'failed')]))
      .limit(limit);
    return this.#removeJobs(ended);
  }

  #endedBefore(beforeMs: number) {
    return selectIds(this.#db).where((eb) =>
      // An undelivered job stays open for the next start, but not for longer than others.
      eb.or([eb('ended_at', '<', beforeMs), eb.and([eb('state', '=', 'failed'), eb('created_at', '<', beforeMs)])]),
    );
  }

  async #removeJobs(ids: ReturnType<typeof selectIds>): Promise<number> {
    const { numDeletedRows } = await this.#db.deleteFrom('jobs').where('id', 'in', ids).executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}

function selectIds(db: Database['db']) {
  return db.selectFrom('jobs').select('id');
}
