import { type Database, SINGLE_PROCESS, total } from '../../storage/database.ts';
import { monotonicNow, now } from '../../time.ts';
import { jobsElsewhere } from '../elsewhere.ts';
import type { PostOutcome } from '../events.ts';
import type { JobIn } from '../job.ts';
import { stateColumns, toJob } from '../row.ts';
import type { OnStep } from '../store.ts';
import { TRIAL_INTERVAL_MS } from './circuit.ts';
import type { SubmitHold, SubmitHoldStore } from './hold.ts';
import { OwnWindow, type PostWindow, SharedWindow } from './window.ts';

/** The states in which a job counts as in flight, unless its details say that it is overdue. */
const IN_FLIGHT = ['submitting', 'submitted', 'rendered'] as const;
const OVERDUE = '%"isOverdue":true%';
/** The pause before a place among the jobs in flight of all processes is asked for again. */
const CROWDED_PAUSE_MS = 1_000;

/** So many POSTs in a row that something between has answered are an outage. */
const GATEWAY_TROUBLE_POSTS = 3;

interface Limits {
  /** N: POSTs in any sliding 60 s, of all processes together. */
  readonly requestsPerMinute: number;
  /** So many jobs of other processes may be in flight. */
  readonly mayBeInFlightElsewhere: number;
  /** Whether this is the one try that an open circuit allows. */
  readonly isTrial: boolean;
  /** Until the next such try; 15 minutes by default. */
  readonly trialIntervalMs?: number;
  /** What this process knows to hold submits; of a shared database, what is stored counts. */
  readonly getHold: () => SubmitHold;
}

/** Whether a job's POST may be sent. Times are on the monotonic clock. */
export type Entry =
  /** `askedAtMs`: when this was asked for. */
  | { readonly name: 'granted'; readonly job: JobIn<'submitting'>; readonly postId: number; readonly askedAtMs: number }
  | { readonly name: 'wait'; readonly untilMs: number; readonly because: 'budget' | 'paused' | 'crowded' }
  /** The circuit is open, and no trial is due. */
  | { readonly name: 'stopped'; readonly hold: SubmitHold }
  /** The job is no longer queued here. */
  | { readonly name: 'lost' };

type Statements = Database['db'];

/** The record of all POSTs, through which those of every process go: never more than N in any sliding 60 s. */
export class SubmitLedger {
  readonly #database: Database;
  readonly #holds: SubmitHoldStore;
  readonly #onStep: OnStep;
  readonly #own: OwnWindow | undefined;
  readonly #window: PostWindow;

  /** @param onStep called for each job that begins to be submitted, when that is stored */
  constructor(database: Database, holds: SubmitHoldStore, onStep: OnStep = () => {}) {
    this.#database = database;
    this.#holds = holds;
    this.#onStep = onStep;
    this.#own = database.isShared ? undefined : new OwnWindow();
    this.#window = this.#own ?? new SharedWindow(database);
  }

  /** To be called once, before the first POST: what an earlier process has sent counts as well. */
  async load(): Promise<void> {
    await this.#own?.load(this.#database);
  }

  /**
   * Moves a job from `queued` to `submitting` and puts its POST on record, if nothing holds it: whoever gets the number of the POST
   * sends it. All processes do this one at a time; within this one, a call begins when the one before has ended.
   */
  async grant(queued: JobIn<'queued'>, limits: Limits): Promise<Entry> {
    // What this process knows of the circuit, the others have to know as well.
    await this.#holds.saved;
    let postId: number | undefined;
    try {
      const entry = await this.#database.inTurn('submit', async (db) => {
        const granted = await this.#grant(db, queued.id, limits);
        if (granted.name !== 'granted') return granted;
        postId = granted.postId;
        // Before the transaction ends: the next one has to count it.
        this.#window.onBegun(postId);
        return granted;
      });
      if (entry.name === 'granted') this.#onStep(entry.job, 'queued');
      return entry;
    } catch (error) {
      if (postId !== undefined) this.#window.onWithdrawn(postId);
      throw error;
    }
  }

  /** Notes when and how a POST was answered. */
  async settle(postId: number, outcome: PostOutcome): Promise<void> {
    this.#window.onSettled(postId);
    await this.#database.relaxed
      .updateTable('posts')
      .set({ settled_at: this.#database.clock(), outcome })
      .where('id', '=', postId)
      .execute();
  }

  /** Undoes what `grant` has stored, when its POST surely is not sent. */
  async revoke({ postId }: { readonly postId: number }, queued: JobIn<'queued'>): Promise<void> {
    const row = await this.#database.inTurn('submit', async (db) => {
      await db.deleteFrom('posts').where('id', '=', postId).execute();
      return db
        .updateTable('jobs')
        .set((eb) => ({ ...stateColumns(queued.state), attempts: eb('attempts', '-', 1) }))
        .where('id', '=', queued.id)
        .where('state', '=', 'submitting')
        .where('claimed_by', '=', this.#database.processId)
        .returningAll()
        .executeTakeFirst();
    });
    this.#window.onWithdrawn(postId);
    if (row) this.#onStep(toJob(row), 'submitting');
  }

  /** Takes a POST that surely was not sent off the record. */
  async withdraw(postId: number): Promise<void> {
    this.#window.onWithdrawn(postId);
    await this.#database.db.deleteFrom('posts').where('id', '=', postId).execute();
  }

  /** Whether something between answered the last POSTs of all processes, without a good answer between: one alone says nothing of the next. */
  async hasGatewayTrouble(): Promise<boolean> {
    const last = await this.#database.db
      .selectFrom('posts')
      .select('outcome')
      // What broke on the way, or asked to wait, says nothing of it.
      .where('outcome', 'not in', ['unknown', 'retry', 'rate_limited'])
      .orderBy('id', 'desc')
      .limit(GATEWAY_TROUBLE_POSTS)
      .execute();
    return last.length === GATEWAY_TROUBLE_POSTS && last.every(({ outcome }) => outcome === 'foreign');
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

  async #grant(db: Statements, jobId: string, limits: Limits): Promise<Entry> {
    const askedAtMs = monotonicNow();
    const { isShared, processId } = this.#database;
    const waitFor = (ms: number, because: 'budget' | 'crowded'): Entry => ({
      name: 'wait',
      untilMs: monotonicNow() + ms,
      because,
    });
    if (processId !== SINGLE_PROCESS && !(await this.#isAlive(db))) return waitFor(CROWDED_PAUSE_MS, 'crowded');
    const hold = isShared ? await this.#holds.load(db) : limits.getHold();
    if (hold.pausedUntilMs > monotonicNow()) return { name: 'wait', untilMs: hold.pausedUntilMs, because: 'paused' };
    if (hold.circuit.open && !limits.isTrial) return { name: 'stopped', hold };
    const budgetMs = await this.#window.waitMs(db, limits.requestsPerMinute);
    if (budgetMs > 0) return waitFor(budgetMs, 'budget');
    if (isShared && (await this.#isCrowded(db, limits.mayBeInFlightElsewhere)))
      return waitFor(CROWDED_PAUSE_MS, 'crowded');
    // Last, so that a job that has to wait doesn't take the trial.
    if (hold.circuit.open && !(await this.#takeTrial(db, limits.trialIntervalMs ?? TRIAL_INTERVAL_MS)))
      return { name: 'stopped', hold };
    const row = await db
      .updateTable('jobs')
      .set((eb) => ({
        ...stateColumns({ name: 'submitting', submittingAtMs: now() }),
        attempts: eb('attempts', '+', 1),
      }))
      .where('id', '=', jobId)
      .where('state', '=', 'queued')
      .where('claimed_by', '=', processId)
      .returningAll()
      .executeTakeFirst();
    const job = row && toJob(row);
    if (job?.state.name !== 'submitting') return { name: 'lost' };
    const post = await db
      .insertInto('posts')
      .values({ job_id: jobId, sent_at: this.#database.clock(), settled_at: null, outcome: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { name: 'granted', job: { ...job, state: job.state }, postId: post.id, askedAtMs };
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

  /** Takes the one try that an open circuit allows, if no other process has. @param intervalMs until the next one */
  async #takeTrial(db: Statements, intervalMs: number): Promise<boolean> {
    const clock = this.#database.clock();
    const take = db.updateTable('circuit').set((eb) => ({ next_trial_at: eb(clock, '+', Math.round(intervalMs)) }));
    if (!this.#database.isShared) {
      await take.execute();
      return true;
    }
    const { numUpdatedRows } = await take
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

  /** Whether more jobs of other living processes are in flight than may be. */
  async #isCrowded(db: Statements, mayBeInFlight: number): Promise<boolean> {
    const elsewhere = await jobsElsewhere(db, this.#database.processId)
      .select(total)
      .where('state', 'in', IN_FLIGHT)
      .where('details', 'not like', OVERDUE)
      .executeTakeFirstOrThrow();
    return elsewhere.total > mayBeInFlight;
  }
}
