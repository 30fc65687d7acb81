import type { Database } from '../storage/database.ts';
import { nextTurn } from '../time.ts';
import type { JobDependencies } from './dependencies.ts';
import type { StopReason } from './failure.ts';
import { factsOf, hasEnded, type Job, type JobIn, type JobRequest, type JobState } from './job.ts';
import type { SubmitHold } from './permits/hold.ts';
import type { SubmitLedger } from './permits/ledger.ts';
import type { Peers } from './single-process.ts';
import { stages } from './stages/index.ts';
import { JobLost, JobRefused, QueueFull, type Reach } from './store.ts';

/** How long a stop waits for POSTs and deliveries under way. */
const STOP_TIMEOUT_MS = 8_000;

/** Why no new job is taken at present. */
export type Refusal =
  | { readonly name: 'full'; readonly minutes: number }
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'restarting' };

/**
 * `not_stored` when the member must read that nothing was started; `duplicate` when this interaction is known; a refusal when
 * the queue has become full meanwhile, which the member must read as well.
 */
export type Acceptance = 'accepted' | 'not_stored' | 'duplicate' | Extract<Refusal, { name: 'full' }>;

/** What is stored with the job did not let it be kept, which the member must read. */
export interface RefusedAlongside<Reason> {
  readonly name: 'refused';
  readonly reason: Reason;
}

/** Stores what belongs to a job, in the job's transaction; or returns why the job is not kept, and then nothing is stored. */
type Alongside<Reason> = (db: Database['db']) => Promise<Reason | undefined>;

interface RunnerOptions {
  readonly dependencies: JobDependencies;
  readonly ledger: Pick<SubmitLedger, 'settleLost'>;
  readonly peers: Peers;
  /** Called with a job of an earlier process that is dropped, since its press was never acknowledged. */
  readonly onDropped: (job: Job) => void;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Takes requests in, and runs each job's loop until it has ended. */
export class JobRunner {
  readonly #dependencies: JobDependencies;
  readonly #options: RunnerOptions;
  readonly #accepting = new Set<string>();

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#dependencies = options.dependencies;
  }

  /** Why a new job would not be taken now; undefined when it would. */
  refusal(): Refusal | undefined {
    const { circuit, turns } = this.#dependencies;
    if (this.#options.signal.aborted) return { name: 'restarting' };
    if (circuit.state.open && !circuit.isTrialDue) return { name: 'stopped', reason: circuit.state.reason };
    return turns.room > 0 ? undefined : { name: 'full', minutes: turns.aboutMinutes };
  }

  /**
   * Takes a job: stores it while the acknowledgement is sent, and lets it wait for its turn when both have succeeded.
   * @throws what `acknowledge` throws; then nothing is kept
   */
  async accept<Reason = never>(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
    alongside?: Alongside<Reason>,
  ): Promise<Acceptance | RefusedAlongside<Reason>> {
    const { turns, onEvent } = this.#dependencies;
    if (this.#accepting.has(request.interactionId)) return 'duplicate';
    this.#accepting.add(request.interactionId);
    turns.expect(request);
    let isTaken = false;
    try {
      const job = await this.#storeAndAcknowledge(request, acknowledge, alongside);
      if (job === 'full') return { name: 'full', minutes: turns.aboutMinutes };
      if (typeof job === 'string' || 'reason' in job) return job;
      isTaken = true;
      onEvent({ name: 'accepted', job });
      void this.#run(job);
      return 'accepted';
    } finally {
      this.#accepting.delete(request.interactionId);
      if (!isTaken) turns.forget(request.id);
    }
  }

  find(id: string): Promise<Job | undefined> {
    return this.#dependencies.store.get(id);
  }

  /** Ends a queued job, uncharged. False when it isn't queued: what was submitted can't be cancelled. */
  cancel(id: string, cancelledBy: string): boolean {
    return this.#dependencies.turns.cancel(id, cancelledBy);
  }

  /**
   * Delivers the images of an ended job, which could not be delivered, by way of another interaction. Sends no POST.
   * @returns false when somebody else was first
   */
  async redeliver(job: JobIn<'failed'>, reach: Reach): Promise<boolean> {
    const reopened = await this.#dependencies.store.reopen(job, reach);
    if (reopened) void this.#run(reopened);
    return reopened !== undefined;
  }

  /** The jobs of a server that are queued, or are about to be. */
  waitingIn(guildId: string): Pick<Job, 'id' | 'requesterId'>[] {
    return this.#dependencies.turns.entrants.filter((job) => job.guildId === guildId);
  }

  /** How many jobs are queued in this process, and how many are submitted and not finished. */
  get load(): { readonly waiting: number; readonly inFlight: number } {
    const { turns, permits } = this.#dependencies;
    return { waiting: turns.size, inFlight: permits.inFlight };
  }

  /**
   * Resumes every job that an earlier process left, and from then on those that other processes leave. No POST is sent for one
   * that may have had its own. Needs no connection to the gateway.
   */
  async resume(): Promise<void> {
    const { permits } = this.#dependencies;
    await permits.restore();
    await this.#resumeFree('resuming');
    this.#options.peers.watch({
      onNews: (hold: SubmitHold) => permits.adopt(hold),
      takeOver: () => this.#resumeFree('taking over jobs of another process'),
    });
  }

  /** To be called after `signal` has aborted: waits for POSTs and deliveries under way. The rest is resumed at the next start. */
  async stop(): Promise<void> {
    await this.#dependencies.criticalWork.drain(STOP_TIMEOUT_MS);
  }

  /** Runs a job's loop; should it break, the job ends all the same, and the member reads so. */
  async #run(job: Job): Promise<void> {
    const { store, log } = this.#dependencies;
    const { signal } = this.#options;
    try {
      await this.#advance(job);
    } catch (error) {
      if (signal.aborted || error instanceof JobLost) return;
      log.error({ err: error, job: job.id }, 'job broke');
      try {
        const current = await store.get(job.id);
        if (current && !hasEnded(current.state))
          await this.#advance(await store.move(current, brokenEnd(current), signal));
      } catch (secondError) {
        if (!signal.aborted) log.error({ err: secondError, job: job.id }, 'broken job not ended');
      }
    } finally {
      this.#forget(job.id);
    }
  }

  async #advance(job: Job): Promise<void> {
    let current = job;
    while (current.endedAtMs === undefined) {
      current = await stages[current.state.name](current, this.#dependencies, this.#options.signal);
    }
  }

  #forget(id: string): void {
    const { turns, permits, resultImages } = this.#dependencies;
    turns.forget(id);
    permits.release(id);
    resultImages.forget(id);
  }

  /** @returns the job, or why it was not kept */
  async #storeAndAcknowledge<Reason>(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
    alongside?: Alongside<Reason>,
  ): Promise<Job | 'not_stored' | 'full' | RefusedAlongside<Reason>> {
    const { store, turns, log } = this.#dependencies;
    const { mayWaitElsewhere } = turns;
    // The acknowledgement first: it has 3 s, and the database holds the process up while it writes.
    const [acknowledged, stored] = await Promise.allSettled([
      acknowledge(),
      nextTurn().then(() => store.insert(request, alongside, mayWaitElsewhere)),
    ]);
    const job = stored.status === 'fulfilled' ? stored.value : undefined;
    if (acknowledged.status === 'rejected') {
      if (job) await store.retry(() => store.remove(job.id), this.#options.signal);
      throw acknowledged.reason;
    }
    if (job) return job;
    const reason: unknown = stored.status === 'rejected' ? stored.reason : new Error('The interaction is known.');
    if (reason instanceof QueueFull) return 'full';
    if (reason instanceof JobRefused) return { name: 'refused', reason: reason.reason };
    log.error({ err: reason, job: request.id }, 'job not stored');
    return 'not_stored';
  }

  /** Resumes the jobs that no living process owns. */
  async #resumeFree(message: string): Promise<void> {
    const { store, log, onEvent } = this.#dependencies;
    const { peers, ledger, signal } = this.#options;
    if (signal.aborted) return;
    const jobs = await peers.takeFree((id, error) => log.error({ err: error, job: id }, 'stored job unreadable'));
    // What is taken while this process stops is free again with its end.
    if (jobs.length === 0 || signal.aborted) return;
    log.info({ jobs: jobs.length }, message);
    for (const job of jobs) onEvent({ name: 'resumed', job });
    const begun = jobs.filter(({ state }) => state.name !== 'queued');
    for (const job of begun) void this.#resume(job);
    store
      .retry(() => ledger.settleLost(begun.map(({ id }) => id)), signal)
      .catch((error: unknown) => log.warn({ err: error }, 'POSTs of an earlier process not settled'));
    this.#resumeQueued(jobs.filter(isQueued));
  }

  /** Images that an earlier process could not deliver are tried once more. */
  async #resume(job: Job): Promise<void> {
    const { state } = job;
    if (state.name !== 'failed' || !state.rendered || state.isRetried) return this.#run(job);
    const { store, log } = this.#dependencies;
    try {
      const reopened = await store.retry(() => store.reopen({ ...job, state }), this.#options.signal);
      if (reopened) await this.#run(reopened);
    } catch (error) {
      if (!this.#options.signal.aborted) log.error({ err: error, job: job.id }, 'undelivered images not tried again');
    }
  }

  /** Lets queued jobs wait again, in their old order; one whose press was never acknowledged is dropped silently. */
  #resumeQueued(jobs: readonly JobIn<'queued'>[]): void {
    const { turns, log } = this.#dependencies;
    let before: Promise<unknown> = Promise.resolve();
    for (const job of jobs) {
      turns.expect(job, job.state.queuedAtMs);
      const turn = before;
      before = this.#isAwaited(job)
        .then(async (isAwaited) => {
          await turn;
          if (isAwaited) void this.#run(job);
          else await this.#drop(job);
        })
        .catch((error: unknown) => {
          turns.forget(job.id);
          log.error({ err: error, job: job.id }, 'queued job not resumed');
        });
    }
  }

  async #isAwaited(job: Job): Promise<boolean> {
    return job.messageIds.length > 0 || this.#dependencies.delivery.wasAcknowledged(job);
  }

  async #drop(job: Job): Promise<void> {
    const { store, turns } = this.#dependencies;
    turns.forget(job.id);
    await store.retry(() => store.remove(job.id), this.#options.signal);
    this.#options.onDropped(job);
  }
}

function isQueued(job: Job): job is JobIn<'queued'> {
  return job.state.name === 'queued';
}

/** How a job ends around which something of ours broke: what was being sent, or was sent, may have been paid for. */
function brokenEnd({ state }: Job): Extract<JobState, { name: 'failed' | 'unknown' }> {
  if (state.name === 'submitting') return { name: 'unknown' };
  const failure = { kind: state.name === 'queued' ? 'not_submitted' : 'internal' } as const;
  const isRendered = state.name === 'rendered' || state.name === 'delivering';
  return { name: 'failed', failure, ...(isRendered ? { rendered: factsOf(state) } : {}) };
}
