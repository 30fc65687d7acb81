import type { OwnShards } from '../shards.ts';
import { type Database, NOBODY, total } from '../storage/database.ts';
import type { JobRow } from '../storage/schema.ts';
import type { Job } from './job.ts';
import { readable } from './row.ts';

/** What other living processes have claimed, as it was a moment ago. */
export interface Elsewhere {
  /** How many jobs wait in each of them. */
  readonly waiting: readonly number[];
  /** Submitted and not finished, in all of them together. */
  readonly inFlight: number;
}

export const NOTHING_ELSEWHERE: Elsewhere = { waiting: [], inFlight: 0 };

/** The states in which a job counts as in flight, unless it is overdue. */
export const IN_FLIGHT = ['submitting', 'submitted', 'rendered'] as const;
/** As it stands in the details of such a job. */
export const OVERDUE = '%"isOverdue":true%';

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
    const rows = this.#database.processId === NOBODY ? await this.#unfinished() : await this.#claim();
    return readable(
      rows.toSorted((one, other) => one.sequence - other.sequence),
      onUnreadable,
    );
  }

  /** What other processes have at present. */
  async elsewhere(): Promise<Elsewhere> {
    const rows = await this.#database.db
      .selectFrom('jobs')
      .select(['claimed_by', 'state'])
      .select(total)
      .where('ended_at', 'is', null)
      .where('claimed_by', '!=', this.#database.processId)
      .where((eb) => eb('claimed_by', 'in', eb.selectFrom('processes').select('processes.id')))
      .where((eb) =>
        eb.or([eb('state', '=', 'queued'), eb.and([eb('state', 'in', IN_FLIGHT), eb('details', 'not like', OVERDUE)])]),
      )
      .groupBy(['claimed_by', 'state'])
      .execute();
    const isWaiting = ({ state }: { state: string }) => state === 'queued';
    return {
      waiting: rows.filter(isWaiting).map((row) => row.total),
      inFlight: rows.filter((row) => !isWaiting(row)).reduce((sum, row) => sum + row.total, 0),
    };
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
