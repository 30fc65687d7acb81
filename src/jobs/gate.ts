import { TRIAL_INTERVAL_MS } from '../segmind/circuit.ts';
import { type Database, SINGLE_PROCESS, total } from '../storage/database.ts';
import { now } from '../time.ts';
import type { Job, StateName } from './job.ts';
import { stateColumns, toJob } from './row.ts';
import type { StopStore, Stops } from './stops.ts';

/**
 * How long a POST counts after it has settled, in milliseconds: a request reaches the provider before it settles, so that never
 * more than N arrive there in 60 s.
 */
const WINDOW_MS = 60_250;
/** A blocking call may take this long; a POST nobody saw settle may have settled just now. */
const LONGEST_POST_MS = 660_000;
/** The states in which a job counts as in flight, unless its details say that it is overdue. */
const IN_FLIGHT = ['submitting', 'submitted', 'rendered'] as const;
const OVERDUE = '%"isOverdue":true%';
/** Until somebody asks again for what has no known end. */
const SOON_MS = 1_000;

interface Limits {
  /** N: POSTs in any sliding 60 s, of all processes together. */
  readonly requestsPerMinute: number;
  /** So many jobs of other processes may be in flight. */
  readonly mayBeInFlightElsewhere: number;
  /** Whether this is the one try that an open circuit allows. */
  readonly isTrial: boolean;
}

/** Whether a job's POST may be sent. */
export type Pass =
  /** `begunAtMs`: when this was asked for, in epoch milliseconds. */
  | { readonly name: 'begun'; readonly job: Job; readonly postId: number; readonly begunAtMs: number }
  /** Not before `untilMs` (epoch milliseconds): the budget is used up, there is a pause, or too many are in flight. */
  | { readonly name: 'held'; readonly untilMs: number; readonly isPause: boolean }
  /** The circuit is open, and no trial is due. */
  | { readonly name: 'stopped'; readonly stops: Stops }
  /** Somebody else has changed the job meanwhile. */
  | { readonly name: 'taken' };

type Statements = Database['db'];

const held = (untilMs: number, { isPause = false } = {}): Pass => ({ name: 'held', untilMs, isPause });

/** The one gate through which every process's POSTs go: it is the guarantee that there are never more than N in a minute. */
export class SubmitGate {
  readonly #database: Database;
  readonly #stops: StopStore;
  readonly #onStep: (job: Job, from: StateName) => void;

  /** @param onStep told of each job that begins to be submitted, when that is stored */
  constructor(database: Database, stops: StopStore, onStep: (job: Job, from: StateName) => void = () => {}) {
    this.#database = database;
    this.#stops = stops;
    this.#onStep = onStep;
  }

  /**
   * Moves a job from `queued` to `submitting` and puts its POST on record, if nothing holds it: who gets the number of the POST
   * sends it. All processes do this one at a time, by the database's clock.
   */
  async begin(id: string, limits: Limits): Promise<Pass> {
    // What this process knows of the circuit, the others have to know as well.
    await this.#stops.saved;
    const pass = await this.#database.inTurn((db) => this.#begin(db, id, limits));
    if (pass.name === 'begun') this.#onStep(pass.job, 'queued');
    return pass;
  }

  /** Notes when and how a POST was answered. */
  async settle(postId: number, outcome: string): Promise<void> {
    await this.#database.relaxed
      .updateTable('posts')
      .set({ settled_at: this.#database.clock(), outcome })
      .where('id', '=', postId)
      .execute();
  }

  /** Takes a POST that surely was not sent off the record. */
  async withdraw(postId: number): Promise<void> {
    await this.#database.db.deleteFrom('posts').where('id', '=', postId).execute();
  }

  /** Notes that the POSTs under way for these jobs have ended with the process that sent them. */
  async settleLost(jobIds: readonly string[]): Promise<void> {
    if (jobIds.length === 0) return;
    await this.#database.relaxed
      .updateTable('posts')
      .set({ settled_at: this.#database.clock(), outcome: 'unknown' })
      .where('settled_at', 'is', null)
      .where('job_id', 'in', jobIds)
      .execute();
  }

  async #begin(db: Statements, id: string, limits: Limits): Promise<Pass> {
    const begunAtMs = now();
    if (this.#database.processId !== SINGLE_PROCESS && !(await this.#isAlive(db))) return held(now() + SOON_MS);
    const stops = await this.#stops.load(db);
    if (stops.pausedUntilMs > now()) return held(stops.pausedUntilMs, { isPause: true });
    if (stops.circuit.open && !limits.isTrial) return { name: 'stopped', stops };
    const freeAtMs = await this.#findBudget(db, limits.requestsPerMinute);
    if (freeAtMs !== undefined) return held(freeAtMs);
    if (await this.#isCrowded(db, limits.mayBeInFlightElsewhere)) return held(now() + SOON_MS);
    // Last, so that it isn't taken for a job that is held.
    if (stops.circuit.open && !(await this.#takeTrial(db))) return { name: 'stopped', stops };
    const row = await db
      .updateTable('jobs')
      .set((eb) => ({
        ...stateColumns({ name: 'submitting', submittingAtMs: now() }),
        attempts: eb('attempts', '+', 1),
      }))
      .where('id', '=', id)
      .where('state', '=', 'queued')
      .where('claimed_by', '=', this.#database.processId)
      .returningAll()
      .executeTakeFirst();
    if (!row) return { name: 'taken' };
    const post = await db
      .insertInto('posts')
      .values({ job_id: id, sent_at: this.#database.clock(), settled_at: null, outcome: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { name: 'begun', job: toJob(row), postId: post.id, begunAtMs };
  }

  /** Whether no other process may take this one for dead. */
  async #isAlive(db: Statements): Promise<boolean> {
    const own = await db
      .selectFrom('processes')
      .select('id')
      .where('id', '=', this.#database.processId)
      .where('claimed_until', '>', this.#database.clock())
      .executeTakeFirst();
    return own !== undefined;
  }

  /** Takes the one try that an open circuit allows, if no other process has. */
  async #takeTrial(db: Statements): Promise<boolean> {
    const clock = this.#database.clock();
    const { numUpdatedRows } = await db
      .updateTable('circuit')
      .set((eb) => ({ next_trial_at: eb(clock, '+', TRIAL_INTERVAL_MS) }))
      .where((eb) =>
        eb.or([
          eb('next_trial_at', 'is', null),
          eb('next_trial_at', '<=', clock),
          // The clock was set back.
          eb('next_trial_at', '>', eb(clock, '+', TRIAL_INTERVAL_MS)),
        ]),
      )
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  /** When the budget allows a POST, in epoch milliseconds; undefined when it does now. */
  async #findBudget(db: Statements, requestsPerMinute: number): Promise<number | undefined> {
    const { clock } = await db.selectNoFrom(this.#database.clock().as('clock')).executeTakeFirstOrThrow();
    const readAtMs = now();
    await this.#mendClock(db, clock);
    // In one statement: else one that settles between two of them would be missed.
    const counted = await db
      .selectFrom('posts')
      .select(total)
      .where((eb) =>
        eb.or([
          eb('settled_at', '>', clock - WINDOW_MS),
          eb.and([eb('settled_at', 'is', null), eb('sent_at', '>', clock - LONGEST_POST_MS)]),
        ]),
      )
      .executeTakeFirstOrThrow();
    const tooMany = counted.total - requestsPerMinute;
    if (tooMany < 0) return undefined;
    const leaving = await db
      .selectFrom('posts')
      .select('settled_at')
      .where('settled_at', '>', clock - WINDOW_MS)
      .orderBy('settled_at')
      .offset(tooMany)
      .limit(1)
      .executeTakeFirst();
    // Counted from when the clock was read: a process far from the database would come too late otherwise.
    return leaving?.settled_at ? readAtMs + leaving.settled_at + WINDOW_MS - clock : now() + SOON_MS;
  }

  /** After the clock was set back: what has settled did so now at the latest. @param clock read a moment ago, for the index */
  async #mendClock(db: Statements, clock: number): Promise<void> {
    await db
      .updateTable('posts')
      .set({ settled_at: this.#database.clock() })
      .where('settled_at', '>', clock)
      .where('settled_at', '>', this.#database.clock())
      .execute();
  }

  /** Whether more jobs of other living processes are in flight than may be: those of a dead one wait for its successor. */
  async #isCrowded(db: Statements, mayBeInFlight: number): Promise<boolean> {
    if (!this.#database.isShared) return false;
    const elsewhere = await db
      .selectFrom('jobs')
      .select(total)
      .where('ended_at', 'is', null)
      .where('state', 'in', IN_FLIGHT)
      .where('details', 'not like', OVERDUE)
      .where('claimed_by', '!=', this.#database.processId)
      .where((eb) => eb('claimed_by', 'in', eb.selectFrom('processes').select('processes.id')))
      .executeTakeFirstOrThrow();
    return elsewhere.total > mayBeInFlight;
  }
}
