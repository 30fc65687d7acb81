import type { Log } from '../../log.ts';
import { later, monotonicNow, msLeft, now } from '../../time.ts';
import type { Delivery, QueuePlace } from '../delivery.ts';
import type { JobIn } from '../job.ts';
import type { Circuit } from '../permits/circuit.ts';
import type { WaitReason } from '../permits/permit.ts';
import type { Permits } from '../permits/permits.ts';
import { FairQueue, serverOf } from './fair-queue.ts';
import { PermitRequests } from './permit-requests.ts';
import type { PendingJob, QueuedJob, QueueExit } from './queued-job.ts';
import { type QueueRefusal, shareOf } from './share.ts';

/** A job that was not submitted within this time ends without a charge. */
const MAX_WAIT_MS = 60 * 60_000;
/** How long queued jobs wait for an open circuit to close, and then for a trial, maybe in another process. */
const STOPPED_WAIT_MS = 15 * 60_000;
const TRIAL_WAIT_MS = 60_000;
/** The shortest pause between two updates of what queued jobs show. Long queues pause a millisecond a job: each update goes through all. */
const SHOW_PAUSE_MS = 100;

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
  readonly #queue = new FairQueue<QueuedJob>();
  /** Jobs that are about to be queued, with the user who has cancelled them meanwhile. */
  readonly #reserved = new Map<string, { readonly job: PendingJob; cancelledBy?: string }>();
  /** When each job expires, on the monotonic clock; kept while its POST is under way. */
  readonly #expiries = new Map<string, number>();
  readonly #requests: PermitRequests;
  #cancelStoppedWait = () => {};
  #cancelShowing: (() => void) | undefined;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    const { permits, maxPermitRequests, log, signal } = options;
    this.#requests = new PermitRequests({
      permits,
      queue: this.#queue,
      maxRequests: maxPermitRequests,
      putBack: (queued) => this.#putBack(queued),
      onSettled: () => this.refresh(),
      log,
      signal,
    });
    permits.watch(() => this.refresh());
    signal.addEventListener('abort', () => {
      this.#cancelStoppedWait();
      this.#cancelShowing?.();
      for (const { cancelExpiry } of this.#queue.inOrder()) cancelExpiry();
    });
  }

  /** How many jobs are queued, with those that permits are being requested for. */
  get size(): number {
    return this.#queue.size + this.#requests.chosen.length;
  }

  /** How many jobs other processes may have in the queue, given those of this process. */
  get maxQueuedElsewhere(): number {
    return this.#options.queueLimit - this.size - this.#reserved.size;
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
    const reserved = Array.from(this.#reserved.values(), ({ job }) => job);
    const outside = [...this.#requests.chosen, ...reserved].map(serverOf);
    const own = this.#queue.sizeOf(server) + outside.filter((other) => other === server).length;
    const share = shareOf(queueLimit, { isAlone: own === queueLimit - this.room });
    if (own < share) return undefined;
    // Between two of its turns, every other server has one.
    const turns = (own - share + 1) * new Set([...this.#queue.servers, ...outside]).size;
    const minutes = Math.min(this.aboutMinutes, Math.ceil(turns / requestsPerMinute));
    return { name: 'share_full', minutes, isDirectMessage: guildId === undefined };
  }

  /** Jobs that are queued, or are about to be. */
  get pending(): readonly PendingJob[] {
    return [...this.#inOrder, ...[...this.#reserved.values()].map(({ job }) => job)];
  }

  /** The queued jobs with their places, the next one first. Which of several processes is next isn't known: they are assumed to take turns. */
  places(): { readonly job: JobIn<'queued'>; readonly place: QueuePlace }[] {
    const { permits, requestsPerMinute } = this.#options;
    const order = this.#inOrder;
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

  /**
   * Removes a job. False when it isn't queued: a submitted job can't be cancelled. Also false for a job that a permit is being
   * requested for, since it may be submitted; it is removed if it has to wait.
   */
  cancel(id: string, cancelledBy: string): boolean {
    const reserved = this.#reserved.get(id);
    if (reserved) {
      reserved.cancelledBy = cancelledBy;
      return true;
    }
    const chosen = this.#requests.chosen.find((job) => job.id === id);
    if (chosen) chosen.cancelledBy = cancelledBy;
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
    this.#requests.makeAll();
    // Several changes are shown together: otherwise all places would be counted again for each new job.
    this.#cancelShowing ??= later(Math.max(SHOW_PAUSE_MS, this.size), () => {
      this.#cancelShowing = undefined;
      this.#show();
    });
  }

  /** The queued jobs, the next one first. A permit takes long when the database can't store it: then its job is still the next one. */
  get #inOrder(): readonly QueuedJob[] {
    return [...this.#requests.chosen, ...this.#queue.inOrder()];
  }

  get #queuedElsewhere(): number {
    return this.#options.queuedElsewhere().reduce((sum, count) => sum + count, 0);
  }

  #enqueue(queued: QueuedJob, how: 'add' | 'addFirst' | 'putBack'): void {
    if (this.#options.signal.aborted) return;
    const expiresAtMs = this.#expiries.get(queued.id) ?? monotonicNow() + MAX_WAIT_MS;
    this.#expiries.set(queued.id, expiresAtMs);
    queued.cancelExpiry = later(expiresAtMs - monotonicNow(), () => {
      if (this.#remove(queued.id, { name: 'expired' })) this.refresh();
    });
    this.#queue[how](queued);
  }

  #putBack(queued: QueuedJob): void {
    const { cancelledBy, job } = queued;
    if (cancelledBy === undefined) this.#enqueue(queued, job.state.isFirst ? 'addFirst' : 'putBack');
    else queued.leave({ name: 'cancelled', cancelledBy });
  }

  #remove(id: string, exit: QueueExit): boolean {
    const queued = this.#queue.remove(id);
    queued?.cancelExpiry();
    queued?.leave(exit);
    return queued !== undefined;
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
