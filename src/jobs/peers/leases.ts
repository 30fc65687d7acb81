import type { OwnShards } from '../../shards.ts';
import { type Database, total } from '../../storage/database.ts';
import type { JobRow } from '../../storage/schema.ts';
import type { Job } from '../job.ts';
import { jobsElsewhere } from '../jobs-elsewhere.ts';
import { readable } from '../row.ts';

/** Which process owns which job: every living process is registered in the database, and each job has its owner's number. */
export class Leases {
  readonly #database: Database;
  readonly #shards: OwnShards | undefined;

  /** @param shards whose jobs this process runs; default: all */
  constructor(database: Database, shards?: OwnShards) {
    this.#database = database;
    this.#shards = shards;
  }

  /** As `Peers.claimFree`, for the jobs of this process's shards. */
  async claimFree(onUnreadable: (id: string, error: unknown) => void): Promise<Job[]> {
    const rows = await this.#claim();
    return readable(
      rows.toSorted((one, other) => one.sequence - other.sequence),
      onUnreadable,
    );
  }

  /** How many jobs are queued in each of the other living processes. */
  async queuedElsewhere(): Promise<number[]> {
    const rows = await jobsElsewhere(this.#database.db, this.#database.processId)
      .select(total)
      .where('state', '=', 'queued')
      .groupBy('claimed_by')
      .execute();
    return rows.map((row) => row.total);
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
        // A process that others consider dead is about to end, and claims nothing.
        .where((eb) => eb(eb.val(this.#database.processId), 'in', eb.selectFrom('processes').select('processes.id')))
        .where((eb) => eb('claimed_by', 'not in', eb.selectFrom('processes').select('processes.id')))
        .where((eb) => {
          // The same formula as `shardOf`: direct messages belong to shard 0.
          const guildId = eb.cast<number>(eb.fn.coalesce('guild_id', eb.val('0')), 'bigint');
          return eb(eb(eb.parens(guildId, '>>', 22), '%', count), 'in', [...ids]);
        })
        .returningAll()
        .execute()
    );
  }
}
