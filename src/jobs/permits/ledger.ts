import { type Database, SINGLE_PROCESS, total } from '../../storage/database.ts';
import { monotonicNow, now } from '../../time.ts';
import type { PostOutcome } from '../events.ts';
import type { JobIn } from '../job.ts';
import { jobsElsewhere } from '../jobs-elsewhere.ts';
import { stateColumns, toJob } from '../row.ts';
import type { OnStep } from '../store.ts';
import { TRIAL_INTERVAL_MS } from './circuit.ts';
import type { SubmitHold, SubmitHoldStore } from './hold.ts';
import { InMemoryWindow, type PostWindow, SharedWindow } from './window.ts';

/** The states in which a job counts as in flight, unless it is overdue. */
const IN_FLIGHT = ['submitting', 'submitted', 'rendered'] as const;
const OVERDUE = '%"isOverdue":true%';
/** Before the next request after the limit of jobs in flight was reached. */
const IN_FLIGHT_PAUSE_MS = 1_000;

/** How many POSTs in a row, answered by a gateway in between, are an outage. */
const GATEWAY_TROUBLE_POSTS = 3;

interface GrantLimits {
  /** N: POSTs in any sliding 60 s, of all processes together. */
  readonly requestsPerMinute: number;
  /** How many jobs other processes may have in flight. */
  readonly maxInFlightElsewhere: number;
  /** Whether this is a trial of an open circuit. */
  readonly isTrial: boolean;
  /** Until the next trial; 15 minutes by default. */
  readonly trialIntervalMs?: number;
  /** The hold that this process knows. With a shared database, the stored hold counts instead. */
  readonly getHold: () => SubmitHold;
}

/** Whether a job's POST may be sent. Times are on the monotonic clock. */
export type GrantResult =
  | {
      readonly name: 'granted';
      readonly job: JobIn<'submitting'>;
      readonly postId: number;
      readonly requestedAtMs: number;
    }
  | { readonly name: 'wait'; readonly untilMs: number; readonly because: 'budget' | 'paused' | 'in_flight_limit' }
  /** The circuit is open, and no trial is due. */
  | { readonly name: 'stopped'; readonly hold: SubmitHold }
  /** The job is no longer queued here. */
  | { readonly name: 'lost' };

type Statements = Database['db'];

/** Records every POST of all processes, and allows never more than N in any sliding 60 s. */
export class SubmitLedger {
  readonly #database: Database;
  readonly #holds: SubmitHoldStore;
  readonly #onStep: OnStep;
  readonly #own: InMemoryWindow | undefined;
  readonly #window: PostWindow;

  /** @param onStep called for each job that begins to be submitted, once that is stored */
  constructor(database: Database, holds: SubmitHoldStore, onStep: OnStep = () => {}) {
    this.#database = database;
    this.#holds = holds;
    this.#onStep = onStep;
    this.#own = database.isShared ? undefined : new InMemoryWindow();
    this.#window = this.#own ?? new SharedWindow(database);
  }

  /** Loads what earlier processes have sent. To be called once, before the first POST. */
  async load(): Promise<void> {
    await this.#own?.load(this.#database);
  }

  /**
   * Moves a job from `queued` to `submitting` and records its POST, unless something holds it back. The caller then has to send the
   * POST. Only one call runs at a time, over all processes.
   */
  async grant(queued: JobIn<'queued'>, limits: GrantLimits): Promise<GrantResult> {
    // The other processes must know what this one knows about the circuit.
    await this.#holds.saved;
    let postId: number | undefined;
    try {
      const entry = await this.#database.writeExclusively('submit', async (db) => {
        const granted = await this.#grant(db, queued.id, limits);
        if (granted.name !== 'granted') return granted;
        postId = granted.postId;
        // Before the transaction ends, so that the next one counts it.
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

  /** Records when a POST ended, and its outcome. */
  async settle(postId: number, outcome: PostOutcome): Promise<void> {
    this.#window.onSettled(postId);
    await this.#database.relaxed
      .updateTable('posts')
      .set({ settled_at: this.#database.clock(), outcome })
      .where('id', '=', postId)
      .execute();
  }

  /** Undoes `grant` when the POST is certainly not sent. */
  async revoke({ postId }: { readonly postId: number }, queued: JobIn<'queued'>): Promise<void> {
    const row = await this.#database.writeExclusively('submit', async (db) => {
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

  /** Removes the record of a POST that was certainly not sent. */
  async withdraw(postId: number): Promise<void> {
    this.#window.onWithdrawn(postId);
    await this.#database.db.deleteFrom('posts').where('id', '=', postId).execute();
  }

  /** Whether a gateway in between answered the last three POSTs. One alone says nothing about the next. */
  async hasGatewayTrouble(): Promise<boolean> {
    const last = await this.#database.db
      .selectFrom('posts')
      .select('outcome')
      // These outcomes say nothing about a gateway.
      .where('outcome', 'not in', ['unknown', 'retry', 'rate_limited'])
      .orderBy('id', 'desc')
      .limit(GATEWAY_TROUBLE_POSTS)
      .execute();
    return last.length === GATEWAY_TROUBLE_POSTS && last.every(({ outcome }) => outcome === 'foreign');
  }

  /** Records that the POSTs under way for these jobs ended with the process that sent them. */
  async settleLost(jobIds: readonly string[]): Promise<void> {
    if (jobIds.length === 0) return;
    await this.#database.relaxed
      .updateTable('posts')
      .set({ settled_at: this.#database.clock(), outcome: 'unknown' })
      .where('settled_at', 'is', null)
      .where('job_id', 'in', jobIds)
      .execute();
  }

  async #grant(db: Statements, jobId: string, limits: GrantLimits): Promise<GrantResult> {
    const requestedAtMs = monotonicNow();
    const { isShared, processId } = this.#database;
    const waitFor = (ms: number, because: 'budget' | 'in_flight_limit'): GrantResult => ({
      name: 'wait',
      untilMs: monotonicNow() + ms,
      because,
    });
    if (processId !== SINGLE_PROCESS && !(await this.#isAlive(db)))
      return waitFor(IN_FLIGHT_PAUSE_MS, 'in_flight_limit');
    const hold = isShared ? await this.#holds.load(db) : limits.getHold();
    if (hold.pausedUntilMs > monotonicNow()) return { name: 'wait', untilMs: hold.pausedUntilMs, because: 'paused' };
    if (hold.circuit.open && !limits.isTrial) return { name: 'stopped', hold };
    const budgetMs = await this.#window.waitMs(db, limits.requestsPerMinute);
    if (budgetMs > 0) return waitFor(budgetMs, 'budget');
    if (isShared && (await this.#isInFlightLimitReached(db, limits.maxInFlightElsewhere)))
      return waitFor(IN_FLIGHT_PAUSE_MS, 'in_flight_limit');
    // Last, so that a job that has to wait doesn't use up the trial.
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
    return { name: 'granted', job: { ...job, state: job.state }, postId: post.id, requestedAtMs };
  }

  /** Whether this process is registered, so that others don't consider it dead. */
  async #isAlive(db: Statements): Promise<boolean> {
    const own = await db
      .selectFrom('processes')
      .select('id')
      .where('id', '=', this.#database.processId)
      .where('claimed_until', '>', this.#database.clock())
      .executeTakeFirst();
    return own !== undefined;
  }

  /** Takes the trial that an open circuit allows, unless another process has. @param intervalMs until the next one */
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

  async #isInFlightLimitReached(db: Statements, maxElsewhere: number): Promise<boolean> {
    const elsewhere = await jobsElsewhere(db, this.#database.processId)
      .select(total)
      .where('state', 'in', IN_FLIGHT)
      .where('details', 'not like', OVERDUE)
      .executeTakeFirstOrThrow();
    return elsewhere.total > maxElsewhere;
  }
}
