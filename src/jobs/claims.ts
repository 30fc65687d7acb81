import type { OwnShards } from '../shards.ts';
import { type Database, SINGLE_PROCESS, total } from '../storage/database.ts';
import type { JobRow } from '../storage/schema.ts';
import type { Job } from './job.ts';
import { readable } from './row.ts';

/** Which process lives which job's life. */
export class Claims {
  readonly #database: Database;
  readonly #shards: OwnShards | undefined;

  /** @param shards whose jobs are this process's; default: all */
  constructor(database: Database, shards?: OwnShards) {
    this.#database = database;
    this.#shards = shards;
  }

  /** Whether other processes may claim jobs of the same database. */
  get isShared(): boolean {
    return this.#database.isShared;
  }

  /**
   * Claims every job of this process's shards that has not ended, or whose member was not told yet, and that no living process has
   * claimed, in the order of arrival. In a file, which has one owner, those are all: to be called once then.
   * @param onUnreadable told of a row that can't be read; it stays as it is
   */
  async claimFree(onUnreadable: (id: string, error: unknown) => void): Promise<Job[]> {
    const rows = this.#database.processId === SINGLE_PROCESS ? await this.#unfinished() : await this.#claim();
    return readable(
      rows.toSorted((one, other) => one.sequence - other.sequence),
      onUnreadable,
    );
  }

  /** How many jobs wait in each of the other living processes. */
  async waitingElsewhere(): Promise<number[]> {
    const rows = await this.#database.db
      .selectFrom('jobs')
      .select(total)
      .where('ended_at', 'is', null)
      .where('state', '=', 'queued')
      .where('claimed_by', '!=', this.#database.processId)
      .where((eb) => eb('claimed_by', 'in', eb.selectFrom('processes').select('processes.id')))
      .groupBy('claimed_by')
      .execute();
    return rows.map((row) => row.total);
  }

  #unfinished(): Promise<JobRow[]> {
    return this.#database.db.selectFrom('jobs').selectAll().where('ended_at', 'is', null).execute();
  }

  async #claim(): Promise<JobRow[]> {
    await this.#database.forgetDead();
    const { ids, count } = this.#shards ?? { ids: [0], count: 1 };
    return (
      this.#database.db
        .updateTable('jobs')
        .set({ claimed_by: this.#database.processId })
        .where('ended_at', 'is', null)
        .where('claimed_by', '!=', this.#database.processId)
        // One that others took for dead is about to end.
        .where((eb) => eb(eb.val(this.#database.processId), 'in', eb.selectFrom('processes').select('processes.id')))
        .where((eb) => eb('claimed_by', 'not in', eb.selectFrom('processes').select('processes.id')))
        .where((eb) => {
          // As `shardOf` has it: direct messages are shard 0's.
          const guildId = eb.cast<number>(eb.fn.coalesce('guild_id', eb.val('0')), 'bigint');
          return eb(eb(eb.parens(guildId, '>>', 22), '%', count), 'in', [...ids]);
        })
        .returningAll()
        .execute()
    );
  }
}
