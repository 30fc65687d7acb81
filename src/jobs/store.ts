import type { Log } from '../log.ts';
import { compileOnce } from '../storage/compile-once.ts';
import { type Database, total } from '../storage/database.ts';
import type { NewJobRow } from '../storage/schema.ts';
import { now } from '../time.ts';
import {
  type Job,
  type JobIn,
  type JobRequest,
  type JobState,
  mayFollow,
  type Origin,
  type StateName,
  type StateOf,
} from './job.ts';
import { jobsElsewhere } from './jobs-elsewhere.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { readable, stateColumns, toJob, toNewRow } from './row.ts';
import { JobLost, JobRefused, QueueFull } from './store-errors.ts';

const FETCHED: Origin = { button: 'fetch-image', repeatsImage: false };

type Statements = Database['db'];

/** Called after a job has changed; `from` is the state before, the same if only details changed. */
export type OnStep = (job: Job, from: StateName) => void;

/** An interaction by which the member can be reached. */
export interface ReplyTarget
  extends Pick<JobRequest, 'interactionToken' | 'receivedAtMs' | 'channelId' | 'attachmentSizeLimit'> {
  /** Whether the interaction came from direct messages although the job belongs to a server. */
  readonly isOutside: boolean;
}

/** The values of the statement that moves a job. */
interface Transition extends ReturnType<typeof stateColumns> {
  readonly cost_usd?: number;
  readonly id: string;
  readonly from: StateName;
  readonly owner: number;
}

interface StoreOptions {
  readonly log: Log;
  /** Called after each stored change of state or details. */
  readonly onStep?: OnStep;
}

/** Stores jobs. Every change of state is a compare-and-set by the process that owns the job: of several callers, one wins. */
export class JobStore {
  readonly #database: Database;
  readonly #log: Log;
  readonly #onStep: OnStep;
  readonly #insert = compileOnce((db, row: NewJobRow) =>
    db
      .insertInto('jobs')
      .values(row)
      .onConflict((conflict) => conflict.column('interaction_id').doNothing()),
  );
  readonly #transition = compileOnce((db, { id, from, owner, ...columns }: Transition) =>
    db
      .updateTable('jobs')
      .set(columns)
      .where('id', '=', id)
      .where('state', '=', from)
      .where('claimed_by', '=', owner)
      .returningAll(),
  );

  constructor(database: Database, { log, onStep = () => {} }: StoreOptions) {
    this.#database = database;
    this.#log = log;
    this.#onStep = onStep;
  }

  /**
   * Stores a new job as `queued`, one at a time over all processes; undefined when there is already one with this interaction id.
   * @param alongside stores what belongs to the job, in the same transaction, or returns why the job must not be stored
   * @param maxQueuedElsewhere how many jobs other living processes may have in the queue
   * @throws QueueFull when they have more; JobRefused
   */
  async insert<Reason>(
    request: JobRequest,
    alongside: (db: Statements) => Promise<Reason | undefined> = async () => undefined,
    maxQueuedElsewhere = Number.POSITIVE_INFINITY,
  ): Promise<Job | undefined> {
    const { processId, isShared } = this.#database;
    const createdAtMs = now();
    const state: JobState = { name: 'queued', queuedAtMs: createdAtMs, isFirst: false, hasRetried: false };
    const job: Job = { ...request, state, messageIds: [], refusedRoutes: [], createdAtMs };
    return this.#database.writeExclusively('request', async (db) => {
      if (isShared && (await countQueuedElsewhere(db, processId)) > maxQueuedElsewhere) throw new QueueFull();
      const { numAffectedRows } = await this.#insert(db, toNewRow(job, processId));
      if (numAffectedRows === 0n) return undefined;
      const reason = await alongside(db);
      if (reason !== undefined) throw new JobRefused(reason);
      return job;
    });
  }

  async get(id: string): Promise<Job | undefined> {
    const row = await this.#database.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toJob(row);
  }

  /**
   * Moves a job to another state; waits for a busy database as long as it takes.
   * @throws JobLost when its state is no longer that of `job`, or this process no longer owns it; `signal.reason`
   */
  async move<Name extends StateName>(job: Job, to: StateOf<Name>, signal: AbortSignal): Promise<JobIn<Name>> {
    const moved = await this.retry(() => this.transition(job.id, job.state.name, to), signal);
    if (!moved) throw new JobLost(job.id, job.state.name);
    return { ...moved, state: to };
  }

  /**
   * Moves a job from one state to another, and returns it; undefined when it is in another state, removed, or taken over.
   * @throws when NEXT_STATES doesn't allow it
   */
  async transition(id: string, from: StateName, to: JobState): Promise<Job | undefined> {
    if (!mayFollow(from, to.name)) throw new Error(`A job can't go from ${from} to ${to.name}.`);
    // Lost details are found out again; a lost change of state is not.
    const db = from === to.name ? this.#database.relaxed : this.#database.db;
    const {
      rows: [row],
    } = await this.#transition(db, {
      ...stateColumns(to),
      ...('costUsd' in to && to.costUsd !== undefined ? { cost_usd: to.costUsd } : {}),
      id,
      from,
      owner: this.#database.processId,
    });
    const job = row && toJob(row);
    if (job) this.#onStep(job, from);
    return job;
  }

  /** Runs `work`, and again while the database is busy or full. @throws `signal.reason`, or what `work` throws for any other reason */
  retry<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return retryWhileBusy(work, this.#log, signal);
  }

  /**
   * Reopens an ended job whose images could not be delivered.
   * @param target by which to deliver them; default: as before
   * @returns undefined when another caller was first
   */
  async reopen(
    { id, state, refusedRoutes, forced, origin }: JobIn<'failed'>,
    target?: ReplyTarget,
  ): Promise<Job | undefined> {
    if (!state.rendered) throw new Error(`Job ${id} has no images to deliver.`);
    const { isOutside: wasOutside, ...rendered } = state.rendered;
    const isOutside = target?.isOutside ?? wasOutside;
    const row = await this.#database.db
      .updateTable('jobs')
      .set({
        ...stateColumns({ name: 'delivering', ...rendered, ...(isOutside ? { isOutside } : {}), isRetry: true }),
        // A token that Discord has refused stays refused.
        ...(target
          ? {
              ...columnsOf(target),
              forced: JSON.stringify(forced),
              // Discord doesn't show who pressed the button, so the message has to.
              origin: JSON.stringify(origin ?? FETCHED),
              message_ids: '[]',
              delivery: null,
            }
          : { delivery: JSON.stringify(refusedRoutes.filter((route) => route === 'reply')) }),
        ended_at: null,
        claimed_by: this.#database.processId,
      })
      .where('id', '=', id)
      .where('state', '=', state.name)
      .returningAll()
      .executeTakeFirst();
    const job = row && toJob(row);
    if (job) this.#onStep(job, state.name);
    return job;
  }

  /** Closes an ended job of which the member knows: removes its token; its retention begins. @throws JobLost when it was reopened */
  async close(job: Job): Promise<Job> {
    const endedAtMs = now();
    const { numUpdatedRows } = await this.#database.db
      .updateTable('jobs')
      .set({ ended_at: endedAtMs, interaction_token: null })
      .where('id', '=', job.id)
      .where('state', '=', job.state.name)
      .where('claimed_by', '=', this.#database.processId)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new JobLost(job.id, job.state.name);
    return { ...job, interactionToken: '', endedAtMs };
  }

  /**
   * Every job that isn't closed, in the order of arrival.
   * @param onUnreadable called with each row that can't be read; it stays as it is
   */
  async unfinished(onUnreadable: (id: string, error: unknown) => void): Promise<Job[]> {
    const rows = await this.#database.db
      .selectFrom('jobs')
      .selectAll()
      .where('ended_at', 'is', null)
      .orderBy('sequence')
      .execute();
    return readable(rows, onUnreadable);
  }

  async remove(id: string): Promise<void> {
    await this.#database.db
      .deleteFrom('jobs')
      .where('id', '=', id)
      .where('claimed_by', '=', this.#database.processId)
      .execute();
  }

  /** Up to `limit` of the latest jobs that were paid for, oldest first, without unreadable ones. */
  async latestPaid(limit: number): Promise<Job[]> {
    const rows = await this.#database.db
      .selectFrom('jobs')
      .selectAll()
      .where('cost_usd', 'is not', null)
      .orderBy('sequence', 'desc')
      .limit(limit)
      .execute();
    return readable(rows.toReversed(), () => {});
  }
}

function columnsOf({ interactionToken, receivedAtMs, channelId, attachmentSizeLimit }: ReplyTarget) {
  return {
    interaction_token: interactionToken,
    received_at: receivedAtMs,
    channel_id: channelId,
    attachment_size_limit: attachmentSizeLimit,
  };
}

async function countQueuedElsewhere(db: Statements, processId: number): Promise<number> {
  const elsewhere = await jobsElsewhere(db, processId)
    .select(total)
    .where('state', '=', 'queued')
    .executeTakeFirstOrThrow();
  return elsewhere.total;
}
