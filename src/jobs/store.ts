import type { Log } from '../log.ts';
import { type Database, total } from '../storage/database.ts';
import { now } from '../time.ts';
import { jobsElsewhere } from './elsewhere.ts';
import {
  type Job,
  type JobIn,
  type JobRequest,
  type JobState,
  mayFollow,
  type StateName,
  type StateOf,
  type Uploads,
} from './job.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { readable, stateColumns, toJob } from './row.ts';

/** Grows when what stands in `parameters` changes its meaning. */
const PARAMETERS_VERSION = 1;

type Statements = Database['db'];

/** The jobs that wait in other processes leave no room for one more. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';

  constructor() {
    super('The queue is full over all processes.');
  }
}

/** What stands beside the job in its transaction does not let it be kept. */
export class JobRefused<Reason> extends Error {
  override readonly name = 'JobRefused';
  readonly reason: Reason;

  constructor(reason: Reason) {
    super('The job was refused by what had to be stored with it.');
    this.reason = reason;
  }
}

/** A job is no longer in the state that it was believed to be in, or another process owns it: this process has nothing more to do with it. */
export class JobLost extends Error {
  override readonly name = 'JobLost';

  constructor(id: string, state: StateName) {
    super(`Job ${id} is no longer ${state} here.`);
  }
}

/** What listens to the steps of jobs: `from` is the state before; it is the same when only details changed. */
export type OnStep = (job: Job, from: StateName) => void;

/** What leads to a member by way of an interaction. */
export type Reach = Pick<JobRequest, 'interactionToken' | 'receivedAtMs' | 'channelId' | 'attachmentSizeLimit'>;

interface StoreOptions {
  readonly log: Log;
  /** Called after each step, when it is stored. */
  readonly onStep?: OnStep;
}

/** Where jobs are kept. Every change of state is a compare-and-set of the process that owns the job: of several callers, one wins. */
export class JobStore {
  readonly #database: Database;
  readonly #log: Log;
  readonly #onStep: OnStep;

  constructor(database: Database, { log, onStep = () => {} }: StoreOptions) {
    this.#database = database;
    this.#log = log;
    this.#onStep = onStep;
  }

  /**
   * Keeps a new job as `queued`; undefined when one with this interaction id is there already. One at a time over all processes.
   * @param alongside stores what belongs to the job, in the same transaction, or returns why the job is not kept
   * @param mayWaitElsewhere so many jobs of other living processes may wait
   * @throws QueueFull when more do; JobRefused
   */
  async insert<Reason>(
    request: JobRequest,
    alongside: (db: Statements) => Promise<Reason | undefined> = async () => undefined,
    mayWaitElsewhere = Number.POSITIVE_INFINITY,
  ): Promise<Job | undefined> {
    const { processId, isShared } = this.#database;
    const state: JobState = { name: 'queued', queuedAtMs: now(), isFirst: false, hasRetried: false };
    return this.#database.inTurn('request', async (db) => {
      if (isShared && (await countQueuedElsewhere(db, processId)) > mayWaitElsewhere) throw new QueueFull();
      const row = await db
        .insertInto('jobs')
        .values({
          id: request.id,
          interaction_id: request.interactionId,
          application_id: request.applicationId,
          interaction_token: request.interactionToken,
          received_at: request.receivedAtMs,
          requester_id: request.requesterId,
          guild_id: request.guildId ?? null,
          channel_id: request.channelId,
          locale: request.locale,
          is_private: request.isPrivate ? 1 : 0,
          attachment_size_limit: request.attachmentSizeLimit,
          parameters: JSON.stringify(request.parameters),
          parameters_version: PARAMETERS_VERSION,
          forced: JSON.stringify(request.forced),
          ...stateColumns(state),
          message_ids: '[]',
          attempts: 0,
          delivery: null,
          cost_usd: null,
          created_at: now(),
          ended_at: null,
          claimed_by: processId,
        })
        .onConflict((conflict) => conflict.column('interaction_id').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      const reason = await alongside(db);
      if (reason !== undefined) throw new JobRefused(reason);
      return toJob(row);
    });
  }

  async get(id: string): Promise<Job | undefined> {
    const row = await this.#database.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toJob(row);
  }

  /**
   * Moves a job to another state, and waits for a busy database as long as it takes.
   * @throws JobLost when the job is no longer in the state that it has here, or this process no longer owns it; `signal.reason`
   */
  async move<Name extends StateName>(job: Job, to: StateOf<Name>, signal: AbortSignal): Promise<JobIn<Name>> {
    const moved = await this.retry(() => this.transition(job.id, job.state.name, to), signal);
    if (!moved) throw new JobLost(job.id, job.state.name);
    return { ...moved, state: to };
  }

  /**
   * Moves a job from the state it is believed to be in, and returns it; undefined when it is in another one, gone, or taken over.
   * @throws when the table of states doesn't allow this step
   */
  async transition(id: string, from: StateName, to: JobState): Promise<Job | undefined> {
    if (!mayFollow(from, to.name)) throw new Error(`A job can't go from ${from} to ${to.name}.`);
    // A detail of a state is learned anew when it is lost; a step to another one is not.
    const db = from === to.name ? this.#database.relaxed : this.#database.db;
    const row = await db
      .updateTable('jobs')
      .set({ ...stateColumns(to), ...('costUsd' in to && to.costUsd !== undefined ? { cost_usd: to.costUsd } : {}) })
      .where('id', '=', id)
      .where('state', '=', from)
      .where('claimed_by', '=', this.#database.processId)
      .returningAll()
      .executeTakeFirst();
    const job = row && toJob(row);
    if (job) this.#onStep(job, from);
    return job;
  }

  /** Runs `work`, and again while the database is busy or full. @throws `signal.reason`, or what `work` throws for any other reason */
  retry<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return retryWhileBusy(work, this.#log, signal);
  }

  /** Remembers the messages that show the job, the reply first. */
  async setMessages(id: string, messageIds: readonly string[]): Promise<void> {
    await this.#database.relaxed
      .updateTable('jobs')
      .set({ message_ids: JSON.stringify(messageIds) })
      .where('id', '=', id)
      .where('claimed_by', '=', this.#database.processId)
      .execute();
  }

  /** Remembers how far the images of a job that is being delivered have come, and the messages that show them. */
  async setUploads({ id, state }: Job, uploads: Uploads, messageIds: readonly string[]): Promise<void> {
    if (state.name !== 'delivering') throw new Error(`A job that is ${state.name} has no uploads.`);
    await this.#database.relaxed
      .updateTable('jobs')
      .set({ ...stateColumns({ ...state, uploads }), message_ids: JSON.stringify(messageIds) })
      .where('id', '=', id)
      .where('state', '=', state.name)
      .where('claimed_by', '=', this.#database.processId)
      .execute();
  }

  /** Remembers the ways to the member that Discord refused for good. */
  async setRefusedRoutes(id: string, routes: readonly string[]): Promise<void> {
    await this.#database.relaxed
      .updateTable('jobs')
      .set({ delivery: JSON.stringify(routes) })
      .where('id', '=', id)
      .where('claimed_by', '=', this.#database.processId)
      .execute();
  }

  /**
   * Lets the images of an ended job, which could not be delivered, be delivered again, by way of another interaction or as they were.
   * @returns undefined when somebody else was first
   */
  async reopen({ id, state, refusedRoutes }: JobIn<'failed'>, reach?: Reach): Promise<Job | undefined> {
    if (!state.rendered) throw new Error(`Job ${id} has no images to deliver.`);
    const row = await this.#database.db
      .updateTable('jobs')
      .set({
        ...stateColumns({ name: 'delivering', ...state.rendered, isRetry: true }),
        // A token that Discord has refused stays refused.
        ...(reach
          ? { ...columnsOf(reach), message_ids: '[]', delivery: null }
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

  /** Marks an ended job as told: it needs its token no more, and its retention begins. @throws JobLost when it is being delivered again */
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
   * Every job that has not ended, or whose member was not told yet, in the order of arrival.
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

  async isUnfinished(id: string): Promise<boolean> {
    const { db } = this.#database;
    const row = await db.selectFrom('jobs').select('ended_at').where('id', '=', id).executeTakeFirst();
    return row !== undefined && row.ended_at === null;
  }

  /** Removes a job that nobody waits for. */
  async remove(id: string): Promise<void> {
    await this.#database.db
      .deleteFrom('jobs')
      .where('id', '=', id)
      .where('claimed_by', '=', this.#database.processId)
      .execute();
  }

  /** The latest jobs that were paid for, at most `limit`, oldest first, as far as they can be read. */
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

function columnsOf({ interactionToken, receivedAtMs, channelId, attachmentSizeLimit }: Reach) {
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
