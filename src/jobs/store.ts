import { z } from 'zod';
import { parametersSchema } from '../segmind/parameters.ts';
import type { Database } from '../storage/database.ts';
import type { JobRow } from '../storage/schema.ts';
import { now } from '../time.ts';
import {
  forcedSchema,
  type Job,
  type JobRequest,
  type JobState,
  jobStateSchema,
  mayFollow,
  RUNGS,
  type StateName,
} from './job.ts';

/** Grows when what stands in `parameters` changes its meaning. */
const PARAMETERS_VERSION = 1;

/** A blocking call may take this long; a POST nobody saw settle may have settled just now. */
const LONGEST_POST_MS = 600_000;

const json = z.string().transform((text): unknown => JSON.parse(text));
const messageIdsSchema = json.pipe(z.array(z.string()));
const refusedRungsSchema = json.pipe(z.array(z.enum(RUNGS)));

/** Makes a job of its row. @throws ZodError when the row was not written by this release or an older one */
function toJob(row: JobRow): Job {
  return {
    id: row.id,
    interactionId: row.interaction_id,
    applicationId: row.application_id,
    interactionToken: row.interaction_token ?? '',
    receivedAtMs: row.received_at,
    requesterId: row.requester_id,
    ...(row.guild_id === null ? {} : { guildId: row.guild_id }),
    channelId: row.channel_id,
    locale: row.locale,
    isPrivate: row.is_private === 1,
    attachmentSizeLimit: row.attachment_size_limit,
    parameters: json.pipe(parametersSchema).parse(row.parameters),
    forced: row.forced === null ? { spoilers: false } : json.pipe(forcedSchema).parse(row.forced),
    state: json.pipe(jobStateSchema).parse(row.details),
    messageIds: messageIdsSchema.parse(row.message_ids),
    ...(row.cost_usd === null ? {} : { costUsd: row.cost_usd }),
    refusedRungs: row.delivery === null ? [] : refusedRungsSchema.parse(row.delivery),
  };
}

const stateColumns = (state: JobState) => ({ state: state.name, details: JSON.stringify(state) });

type Statements = Database['db'];

/** Where jobs are kept. Every change of state is a compare-and-set: of several callers, one wins. */
export class JobStore {
  readonly #database: Database;
  readonly #onStep: (job: Job, from: StateName) => void;

  /** @param onStep told of each step when it is stored, with the state before; that is the same when only details changed */
  constructor(database: Database, onStep: (job: Job, from: StateName) => void = () => {}) {
    this.#database = database;
    this.#onStep = onStep;
  }

  /**
   * Keeps a new job as `queued`; undefined when one with this interaction id is there already.
   * @param alongside stores what belongs to the job, in the same transaction
   */
  async insert(
    request: JobRequest,
    alongside: (db: Statements) => Promise<void> = async () => {},
  ): Promise<Job | undefined> {
    const state: JobState = { name: 'queued', queuedAtMs: now(), isFirst: false, hasRetried: false };
    return this.#database.write(async (db) => {
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
        })
        .onConflict((conflict) => conflict.column('interaction_id').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      await alongside(db);
      return toJob(row);
    });
  }

  async get(id: string): Promise<Job | undefined> {
    const row = await this.#database.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toJob(row);
  }

  /**
   * Moves a job from the state it is believed to be in, and returns it; undefined when it is in another one, or gone.
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
      .returningAll()
      .executeTakeFirst();
    const job = row && toJob(row);
    if (job) this.#onStep(job, from);
    return job;
  }

  /** Moves a job from `queued` to `submitting` and puts its POST on record, in one: who gets the number of the POST sends it. */
  async beginSubmit(id: string): Promise<{ job: Job; postId: number } | undefined> {
    const sentAtMs = now();
    const begun = await this.#database.write(async (db) => {
      const row = await db
        .updateTable('jobs')
        .set((eb) => ({
          ...stateColumns({ name: 'submitting', submittingAtMs: sentAtMs }),
          attempts: eb('attempts', '+', 1),
        }))
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      const post = await db
        .insertInto('posts')
        .values({ job_id: id, sent_at: sentAtMs, settled_at: null, outcome: null })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { job: toJob(row), postId: post.id };
    });
    if (begun) this.#onStep(begun.job, 'queued');
    return begun;
  }

  /** Notes when and how a POST was answered. */
  async settlePost(postId: number, outcome: string): Promise<void> {
    await this.#database.relaxed
      .updateTable('posts')
      .set({ settled_at: now(), outcome })
      .where('id', '=', postId)
      .execute();
  }

  /** When the POSTs since `sinceMs` settled, in epoch milliseconds; for those nobody saw settle, now. */
  async recentPosts(sinceMs: number): Promise<number[]> {
    const rows = await this.#database.db
      .selectFrom('posts')
      .select('settled_at')
      .where((eb) =>
        eb.or([
          eb('settled_at', '>', sinceMs),
          eb.and([eb('settled_at', 'is', null), eb('sent_at', '>', sinceMs - LONGEST_POST_MS)]),
        ]),
      )
      .execute();
    return rows.map((row) => row.settled_at ?? now());
  }

  /** Remembers the messages that show the job, the reply first. */
  async setMessages(id: string, messageIds: readonly string[]): Promise<void> {
    await this.#database.relaxed
      .updateTable('jobs')
      .set({ message_ids: JSON.stringify(messageIds) })
      .where('id', '=', id)
      .execute();
  }

  /** Remembers the ways to the member that Discord refused for good. */
  async setRefusedRungs(id: string, rungs: readonly string[]): Promise<void> {
    await this.#database.relaxed
      .updateTable('jobs')
      .set({ delivery: JSON.stringify(rungs) })
      .where('id', '=', id)
      .execute();
  }

  /** Marks an ended job as told: it needs its token no more, and its time of keeping begins. */
  async close(id: string): Promise<void> {
    await this.#database.db
      .updateTable('jobs')
      .set({ ended_at: now(), interaction_token: null })
      .where('id', '=', id)
      .execute();
  }

  /** Removes a job that nobody waits for. */
  async remove(id: string): Promise<void> {
    await this.#database.db.deleteFrom('jobs').where('id', '=', id).execute();
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

  /**
   * Every job that has not ended, or whose member was not told yet, in the order of arrival.
   * @param onUnreadable told of a row that can't be read; it stays as it is
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
}

function readable(rows: readonly JobRow[], onUnreadable: (id: string, error: unknown) => void): Job[] {
  return rows.flatMap((row) => {
    try {
      return [toJob(row)];
    } catch (error) {
      onUnreadable(row.id, error);
      return [];
    }
  });
}
