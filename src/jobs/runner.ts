import type { Database } from '../storage/database.ts';
import type { QueuePlace } from './delivery.ts';
import type { JobDependencies } from './dependencies.ts';
import type { StopReason } from './failure.ts';
import { factsOf, hasEnded, type Job, type JobIn, type JobRequest, type JobState } from './job.ts';
import type { QueueRefusal } from './queue/share.ts';
import { JobResumption, type ResumptionOptions } from './resumption.ts';
import { stages } from './stages/index.ts';
import type { ReplyTarget } from './store.ts';
import { JobLost, JobRefused, QueueFull } from './store-errors.ts';

/** How long `stop` waits for POSTs and deliveries under way. */
const STOP_TIMEOUT_MS = 8_000;

/** Why no new job is accepted. */
export type JobRefusal =
  | QueueRefusal
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'restarting' };

/**
 * Whether a job was accepted. The caller reports `not_stored` to the member, and a queue that has become full meanwhile;
 * `duplicate` means that this interaction is already known.
 */
export type Acceptance = 'accepted' | 'not_stored' | 'duplicate' | Extract<JobRefusal, { name: 'full' }>;

/** `alongside` refused, so the job was not stored. The caller reports it to the member. */
export interface RefusedAlongside<Reason> {
  readonly name: 'refused';
  readonly reason: Reason;
}

/** Stores what belongs to a job, in the job's transaction; or returns why the job must not be stored, and then nothing is. */
type Alongside<Reason> = (db: Database['db']) => Promise<Reason | undefined>;

/** Accepts requests, and runs each job through its stages until it is closed. */
export class JobRunner {
  readonly #dependencies: JobDependencies;
  readonly #signal: AbortSignal;
  readonly #resumption: JobResumption;
  readonly #accepting = new Set<string>();
  /** Stop the running jobs. Each job has its own, because the more listeners a signal has, the longer it takes to add one. */
  readonly #stops = new Set<AbortController>();

  constructor(options: ResumptionOptions) {
    this.#dependencies = options.dependencies;
    this.#signal = options.signal;
    this.#resumption = new JobResumption(options, (job) => this.#run(job));
    this.#signal.addEventListener('abort', () => {
      for (const stop of this.#stops) stop.abort(this.#signal.reason);
    });
  }

  /** Why a new job of a server, or of direct messages, would not be accepted now; undefined when it would. */
  refusal(guildId: string | undefined): JobRefusal | undefined {
    const { circuit, queue } = this.#dependencies;
    if (this.#signal.aborted) return { name: 'restarting' };
    if (circuit.state.open && !circuit.isTrialDue) return { name: 'stopped', reason: circuit.state.reason };
    return queue.refusal(guildId);
  }

  /**
   * Stores a job while the acknowledgement is sent, and queues it when both have succeeded.
   * @throws what `acknowledge` throws; then nothing stays stored
   */
  async accept<Reason = never>(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
    alongside?: Alongside<Reason>,
  ): Promise<Acceptance | RefusedAlongside<Reason>> {
    const { queue, onEvent } = this.#dependencies;
    if (this.#accepting.has(request.interactionId)) return 'duplicate';
    this.#accepting.add(request.interactionId);
    queue.reservePlace(request);
    let isAccepted = false;
    try {
      const job = await this.#storeAndAcknowledge(request, acknowledge, alongside);
      if (job === 'full') return { name: 'full', minutes: queue.aboutMinutes };
      if (typeof job === 'string' || 'reason' in job) return job;
      isAccepted = true;
      onEvent({ name: 'accepted', job });
      void this.#run(job);
      return 'accepted';
    } finally {
      this.#accepting.delete(request.interactionId);
      if (!isAccepted) queue.forget(request.id);
    }
  }

  find(id: string): Promise<Job | undefined> {
    return this.#dependencies.store.get(id);
  }

  /** Cancels a queued job, which costs nothing. False when it isn't queued: a submitted job can't be cancelled. */
  cancel(id: string, cancelledBy: string): boolean {
    return this.#dependencies.queue.cancel(id, cancelledBy);
  }

  /**
   * Delivers the undelivered images of an ended job by another interaction. Sends no POST.
   * @returns false when another caller was first
   */
  async redeliver(job: JobIn<'failed'>, target: ReplyTarget): Promise<boolean> {
    const reopened = await this.#dependencies.store.reopen(job, target);
    if (reopened) void this.#run(reopened);
    return reopened !== undefined;
  }

  /** The places of this process's queued jobs, by job. */
  get queuePlaces(): ReadonlyMap<string, QueuePlace> {
    return new Map(this.#dependencies.queue.places().map(({ job, place }) => [job.id, place]));
  }

  /** The jobs of a server that are queued, or are about to be. */
  waitingIn(guildId: string): Pick<Job, 'id' | 'requesterId'>[] {
    return this.#dependencies.queue.pending.filter((job) => job.guildId === guildId);
  }

  /** How many jobs of this process are queued, and how many are in flight. */
  get load(): { readonly waiting: number; readonly inFlight: number } {
    const { queue, permits } = this.#dependencies;
    return { waiting: queue.size, inFlight: permits.inFlight };
  }

  /** Resumes the unfinished jobs of processes that have ended, as `JobResumption` does. Needs no connection to the gateway. */
  resume(): Promise<void> {
    return this.#resumption.start();
  }

  /** To be called after `signal` has aborted: waits for POSTs and deliveries under way. The next start resumes the rest. */
  async stop(): Promise<void> {
    await this.#dependencies.criticalWork.drain(STOP_TIMEOUT_MS);
  }

  /** Runs a job through its stages. After an unexpected error, the job ends with a message to the member. */
  async #run(job: Job): Promise<void> {
    const { store, log } = this.#dependencies;
    const stop = new AbortController();
    const { signal } = stop;
    if (this.#signal.aborted) stop.abort(this.#signal.reason);
    this.#stops.add(stop);
    try {
      await this.#advance(job, signal);
    } catch (error) {
      if (signal.aborted || error instanceof JobLost) return;
      log.error({ err: error, job: job.id }, 'job failed unexpectedly');
      try {
        const current = await store.get(job.id);
        if (current && !hasEnded(current.state))
          await this.#advance(await store.move(current, brokenEnd(current), signal), signal);
      } catch (secondError) {
        if (!signal.aborted) log.error({ err: secondError, job: job.id }, 'failed job not finished');
      }
    } finally {
      this.#stops.delete(stop);
      this.#forget(job.id);
    }
  }

  async #advance(job: Job, signal: AbortSignal): Promise<void> {
    let current = job;
    while (current.endedAtMs === undefined) {
      current = await stages[current.state.name](current, this.#dependencies, signal);
    }
  }

  #forget(id: string): void {
    const { queue, permits, resultImages } = this.#dependencies;
    queue.forget(id);
    permits.release(id);
    resultImages.forget(id);
  }

  /** @returns the job, or why it was not stored */
  async #storeAndAcknowledge<Reason>(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
    alongside?: Alongside<Reason>,
  ): Promise<Job | 'not_stored' | 'full' | RefusedAlongside<Reason>> {
    const { store, queue, log } = this.#dependencies;
    const { maxQueuedElsewhere } = queue;
    // The acknowledgement first: it has 3 s, and storing the job has to wait for the disk.
    const [acknowledged, stored] = await Promise.allSettled([
      acknowledge(),
      store.insert(request, alongside, maxQueuedElsewhere),
    ]);
    const job = stored.status === 'fulfilled' ? stored.value : undefined;
    if (acknowledged.status === 'rejected') {
      if (job) await store.retry(() => store.remove(job.id), this.#signal);
      throw acknowledged.reason;
    }
    if (job) return job;
    const reason: unknown = stored.status === 'rejected' ? stored.reason : new Error('The interaction is known.');
    if (reason instanceof QueueFull) return 'full';
    if (reason instanceof JobRefused) return { name: 'refused', reason: reason.reason };
    log.error({ err: reason, job: request.id }, 'job not stored');
    return 'not_stored';
  }
}

/** How a job ends after an unexpected error. A job whose POST was, or may have been, sent may have been paid for. */
function brokenEnd({ state }: Job): Extract<JobState, { name: 'failed' | 'unknown' }> {
  if (state.name === 'submitting') return { name: 'unknown' };
  const failure = { kind: state.name === 'queued' ? 'not_submitted' : 'internal' } as const;
  const isRendered = state.name === 'rendered' || state.name === 'delivering';
  return { name: 'failed', failure, ...(isRendered ? { rendered: factsOf(state) } : {}) };
}
