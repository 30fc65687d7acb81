import type { Log } from '../../log.ts';
import { later, monotonicNow, msLeft, now, wait } from '../../time.ts';
import type { Delivery, QueuePlace } from '../delivery.ts';
import type { StopReason } from '../failure.ts';
import type { JobIn, JobRequest } from '../job.ts';
import type { Circuit } from '../permits/circuit.ts';
import type { PermitAnswer, WaitReason } from '../permits/permit.ts';
import type { Permits } from '../permits/permits.ts';
import { FairQueue, serverOf } from './fair-queue.ts';
import { type QueueRefusal, shareOf } from './share.ts';

/** A job that was not submitted within this time ends without a charge. */
const MAX_WAIT_MS = 60 * 60_000;
/** How long queued jobs wait for an open circuit to close, and then for a trial, maybe in another process. */
const STOPPED_WAIT_MS = 15 * 60_000;
const TRIAL_WAIT_MS = 60_000;
/** Between two updates of what queued jobs show. */
const SHOW_PAUSE_MS = 100;
/** Before the next permit request after one failed. */
const FAILED_PAUSE_MS = 1_000;

type PendingJob = Pick<JobRequest, 'id' | 'requesterId' | 'guildId'>;

/** How a job leaves the queue. */
export type QueueExit =
  | { readonly name: 'granted'; readonly job: JobIn<'submitting'> }
  | { readonly name: 'cancelled'; readonly cancelledBy: string }
  | { readonly name: 'expired' }
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'lost' };

interface Waiting extends PendingJob {
  readonly queuedAtMs: number;
  readonly job: JobIn<'queued'>;
  readonly leave: (exit: QueueExit) => void;
  readonly fail: (error: unknown) => void;
  cancelExpiry: () => void;
}

interface JobQueueOptions {
  readonly permits: Pick<Permits, 'watch' | 'canRequest' | 'waitReason' | 'request'>;
  readonly circuit: Circuit;
  readonly delivery: Pick<Delivery, 'showProgress'>;
  /** How many jobs are queued in each of the other processes, as far as is known. */
  readonly queuedElsewhere: () => readonly number[];
  readonly requestsPerMinute: number;
  readonly queueLimit: number;
  /** How many permits are requested at once; at least 1. */
  readonly maxPermitRequests: number;
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** The jobs that wait to be submitted: decides which one gets the next permit, and ends those that can't get one. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #queue = new FairQueue<Waiting>();
  /** Jobs that are about to be queued, with the user who has cancelled them meanwhile. */
  readonly #reserved = new Map<string, { readonly job: PendingJob; cancelledBy?: string }>();
  /** When each job expires, on the monotonic clock; kept while its POST is under way. */
  readonly #expiries = new Map<string, number>();
  /** How many permits are being requested. */
  #requests = 0;
  /** The jobs that they are requested for, in the order of their turns: out of the queue, but not submitted. */
  readonly #chosen = new Set<Waiting>();
  /** How many of these have to wait. They go back together once all have their answers, so that they keep the order of their turns. */
  #heldBack = 0;
  #cancelStoppedWait = () => {};
  #cancelShowing: (() => void) | undefined;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    options.permits.watch(() => this.refresh());
    options.signal.addEventListener('abort', () => {
      this.#cancelStoppedWait();
      this.#cancelShowing?.();
      for (const { cancelExpiry } of this.#queue.inOrder()) cancelExpiry();
    });
  }

  get size(): number {
    return this.#queue.size;
  }

  /** How many jobs other processes may have in the queue, given those of this process. */
  get maxQueuedElsewhere(): number {
    return this.#options.queueLimit - this.#queue.size - this.#reserved.size;
  }

  /** How many more jobs fit in the queue, as far as is known. */
  get room(): number {
    return this.maxQueuedElsewhere - this.#queuedElsewhere;
  }

  /** About how many minutes a new job would wait; at least 1. */
  get aboutMinutes(): number {
    return Math.max(1, Math.ceil((this.#options.queueLimit - this.room) / this.#options.requestsPerMinute));
  }

  /** Why a new job of a server, or of direct messages, can't be queued, as far as is known; undefined when it can. */
  refusal(guildId: string | undefined): QueueRefusal | undefined {
    if (this.room <= 0) return { name: 'full', minutes: this.aboutMinutes };
    const { queueLimit, requestsPerMinute } = this.#options;
    const server = serverOf(guildId === undefined ? {} : { guildId });
    const reserved = Array.from(this.#reserved.values(), ({ job }) => serverOf(job));
    const own = this.#queue.sizeOf(server) + reserved.filter((other) => other === server).length;
    const share = shareOf(queueLimit, { isAlone: own === queueLimit - this.room });
    if (own < share) return undefined;
    // Between two of its turns, every other server has one.
    const turns = (own - share + 1) * new Set([...this.#queue.servers, ...reserved]).size;
    const minutes = Math.min(this.aboutMinutes, Math.ceil(turns / requestsPerMinute));
    return { name: 'share_full', minutes, isDirectMessage: guildId === undefined };
  }

  /** Jobs that are queued, or are about to be. */
  get pending(): readonly PendingJob[] {
    return [...this.#queue.inOrder(), ...[...this.#reserved.values()].map(({ job }) => job)];
  }

  /** The queued jobs with their places, the next one first. Which of several processes is next isn't known: they are assumed to take turns. */
  places(): { readonly job: JobIn<'queued'>; readonly place: QueuePlace }[] {
    const { permits, requestsPerMinute } = this.#options;
    // A permit takes long when the database can't store it: then its job is still the next one.
    const order = [...this.#chosen, ...this.#queue.inOrder()];
    const others = this.#options.queuedElsewhere();
    const waiting = order.length + this.#queuedElsewhere;
    const because: WaitReason | undefined = permits.waitReason;
    return order.map(({ job }, index) => {
      const place = others.reduce((sum, count) => sum + Math.min(count, index), index + 1);
      const facts = {
        place,
        waiting,
        aboutMinutes: Math.ceil(place / requestsPerMinute),
        ...(others.length > 0 ? ({ isAbout: true } as const) : {}),
        ...(because ? { because } : {}),
      };
      return { job, place: facts };
    });
  }

  /**
   * Reserves a place for a job that is about to be queued; a cancel before that is remembered.
   * @param queuedAtMs when an earlier process queued it, in epoch milliseconds; default: now
   */
  reservePlace(job: PendingJob, queuedAtMs = now()): void {
    this.#reserved.set(job.id, { job });
    this.#expiries.set(job.id, monotonicNow() + msLeft(MAX_WAIT_MS, queuedAtMs));
  }

  /** Waits until the job leaves the queue; a job that comes back from a POST is before all others. */
  wait(job: JobIn<'queued'>): Promise<QueueExit> {
    const cancelledBy = this.#reserved.get(job.id)?.cancelledBy;
    this.#reserved.delete(job.id);
    if (cancelledBy !== undefined) return Promise.resolve({ name: 'cancelled', cancelledBy });
    const { id, requesterId, guildId } = job;
    const { queuedAtMs, isFirst } = job.state;
    return new Promise((leave, fail) => {
      const pending = { id, requesterId, ...(guildId === undefined ? {} : { guildId }) };
      this.#enqueue({ ...pending, queuedAtMs, job, leave, fail, cancelExpiry: () => {} }, isFirst ? 'addFirst' : 'add');
      this.refresh();
    });
  }

  /** Removes a job. False when it isn't queued: a submitted job can't be cancelled. */
  cancel(id: string, cancelledBy: string): boolean {
    const reserved = this.#reserved.get(id);
    if (reserved) {
      reserved.cancelledBy = cancelledBy;
      return true;
    }
    const isCancelled = this.#remove(id, { name: 'cancelled', cancelledBy });
    if (isCancelled) this.refresh();
    return isCancelled;
  }

  /** To be called when a job won't be queued again. */
  forget(id: string): void {
    this.#reserved.delete(id);
    this.#expiries.delete(id);
  }

  /** To be called whenever the queue, or what holds it back, has changed. */
  refresh(): void {
    if (this.#options.signal.aborted) return;
    this.#endStopped();
    this.#requestPermits();
    // Several changes are shown together: otherwise all places would be counted again for each new job.
    this.#cancelShowing ??= later(SHOW_PAUSE_MS, () => {
      this.#cancelShowing = undefined;
      this.#show();
    });
  }

  get #queuedElsewhere(): number {
    return this.#options.queuedElsewhere().reduce((sum, count) => sum + count, 0);
  }

  #enqueue(waiting: Waiting, how: 'add' | 'addFirst' | 'putBack'): void {
    if (this.#options.signal.aborted) return;
    const expiresAtMs = this.#expiries.get(waiting.id) ?? monotonicNow() + MAX_WAIT_MS;
    this.#expiries.set(waiting.id, expiresAtMs);
    waiting.cancelExpiry = later(expiresAtMs - monotonicNow(), () => {
      if (this.#remove(waiting.id, { name: 'expired' })) this.refresh();
    });
    this.#queue[how](waiting);
  }

  #remove(id: string, exit: QueueExit): boolean {
    const waiting = this.#queue.remove(id);
    waiting?.cancelExpiry();
    waiting?.leave(exit);
    return waiting !== undefined;
  }

  #requestPermits(): void {
    const { permits, maxPermitRequests } = this.#options;
    while (
      permits.canRequest &&
      this.#heldBack === 0 &&
      this.#requests < Math.min(maxPermitRequests, this.#chosen.size + this.#queue.size)
    )
      void this.#requestPermit();
  }

  async #requestPermit(): Promise<void> {
    const { permits, log, signal } = this.#options;
    this.#requests += 1;
    let chosen = undefined as Waiting | undefined;
    const choose = () => {
      // Those that wait to go back are before all others.
      if (this.#heldBack > 0) return undefined;
      chosen = this.#queue.next();
      chosen?.cancelExpiry();
      if (chosen) this.#chosen.add(chosen);
      return chosen?.job;
    };
    try {
      const answer = await permits.request(choose);
      if (chosen) this.#handleAnswer(chosen, answer);
    } catch (error) {
      if (chosen) this.#chosen.delete(chosen);
      if (chosen && !signal.aborted) chosen.fail(error);
      if (chosen || signal.aborted) return;
      log.error({ err: error }, 'submit slot failed');
      await wait(FAILED_PAUSE_MS, signal).catch(() => {});
    } finally {
      this.#requests -= 1;
      this.#putBack();
      this.refresh();
    }
  }

  #handleAnswer(chosen: Waiting, answer: PermitAnswer): void {
    switch (answer.name) {
      case 'granted':
      case 'lost':
        this.#chosen.delete(chosen);
        chosen.leave(answer);
        break;
      case 'wait':
      case 'unused':
        this.#heldBack += 1;
        break;
      default:
        answer satisfies never;
    }
  }

  #putBack(): void {
    if (this.#heldBack < this.#chosen.size) return;
    const waiting = [...this.#chosen].reverse();
    this.#chosen.clear();
    this.#heldBack = 0;
    for (const one of waiting) this.#enqueue(one, one.job.state.isFirst ? 'addFirst' : 'putBack');
  }

  #show(): void {
    for (const { job, place } of this.places()) this.#options.delivery.showProgress(job, { phase: 'queued', ...place });
  }

  /** Ends all queued jobs when the circuit was open for too long, unless a trial is due or under way, which could close it. */
  #endStopped(): void {
    const { state, isTrialDue, isTrialUnderWay, waitsForTrial, nextTrialMs } = this.#options.circuit;
    this.#cancelStoppedWait();
    if (!state.open) return;
    const stoppedUntilMs = state.sinceMs + STOPPED_WAIT_MS + (waitsForTrial ? TRIAL_WAIT_MS : 0);
    const nextMs = Math.min(
      ...[stoppedUntilMs, ...(waitsForTrial ? [nextTrialMs] : [])].filter((atMs) => atMs > monotonicNow()),
    );
    if (Number.isFinite(nextMs))
      this.#cancelStoppedWait = later(Math.ceil(nextMs - monotonicNow()), () => this.refresh());
    if (isTrialDue || isTrialUnderWay || monotonicNow() < stoppedUntilMs) return;
    for (const { id } of this.#queue.inOrder()) this.#remove(id, { name: 'stopped', reason: state.reason });
  }
}
