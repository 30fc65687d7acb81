import type { Log } from '../../log.ts';
import { later, monotonicNow, msLeft, now, wait } from '../../time.ts';
import type { Delivery } from '../delivery.ts';
import type { StopReason } from '../failure.ts';
import type { JobIn, JobRequest } from '../job.ts';
import type { Circuit } from '../permits/circuit.ts';
import type { PermitAnswer, WaitReason } from '../permits/permit.ts';
import type { Permits } from '../permits/permits.ts';
import { FairQueue, serverOf } from './fair-queue.ts';
import { type QueueRefusal, shareOf } from './share.ts';

/** A job that was not submitted within this time ends uncharged. */
const MAX_WAIT_MS = 60 * 60_000;
/** How long queued jobs wait for an open circuit to close, and then for a trial, which may be another process's. */
const STOPPED_WAIT_MS = 15 * 60_000;
const TRIAL_WAIT_MS = 60_000;
/** Between two updates of what queued jobs show. */
const SHOW_PAUSE_MS = 100;
/** Before a permit is asked for again after that failed. */
const FAILED_PAUSE_MS = 1_000;

type Entrant = Pick<JobRequest, 'id' | 'requesterId' | 'guildId'>;

/** How a job leaves the queue. */
export type Turn =
  | { readonly name: 'granted'; readonly job: JobIn<'submitting'> }
  | { readonly name: 'cancelled'; readonly cancelledBy: string }
  | { readonly name: 'expired' }
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'lost' };

interface Waiting extends Entrant {
  readonly queuedAtMs: number;
  readonly job: JobIn<'queued'>;
  readonly end: (turn: Turn) => void;
  readonly fail: (error: unknown) => void;
  stopClock: () => void;
}

interface TurnsOptions {
  readonly permits: Pick<Permits, 'watch' | 'mayBeAsked' | 'because' | 'request'>;
  readonly circuit: Circuit;
  readonly delivery: Pick<Delivery, 'showProgress'>;
  /** How many jobs wait in each of the other processes, as far as is known. */
  readonly queuedElsewhere: () => readonly number[];
  readonly requestsPerMinute: number;
  readonly queueLimit: number;
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** The jobs that wait for their turn: which one gets the next permit, and which ones can't get any. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #queue = new FairQueue<Waiting>();
  /** Jobs that are about to wait, with whoever has cancelled them meanwhile. */
  readonly #entrants = new Map<string, { readonly entrant: Entrant; cancelledBy?: string }>();
  /** When a job expires, on the monotonic clock, also while it is away for a POST. */
  readonly #expiries = new Map<string, number>();
  #isAsking = false;
  #cancelStoppedWait = () => {};
  #cancelShowing: (() => void) | undefined;

  constructor(options: TurnsOptions) {
    this.#options = options;
    options.permits.watch(() => this.refresh());
    options.signal.addEventListener('abort', () => {
      this.#cancelStoppedWait();
      this.#cancelShowing?.();
      for (const { stopClock } of this.#queue.inOrder()) stopClock();
    });
  }

  get size(): number {
    return this.#queue.size;
  }

  /** How many jobs may wait in other processes beside those that wait here, or are about to. */
  get mayWaitElsewhere(): number {
    return this.#options.queueLimit - this.#queue.size - this.#entrants.size;
  }

  /** How many more jobs may wait, as far as is known. */
  get room(): number {
    return this.mayWaitElsewhere - this.#queuedElsewhere;
  }

  /** About how many minutes a job that joins now would wait; at least 1. */
  get aboutMinutes(): number {
    return Math.max(1, Math.ceil((this.#options.queueLimit - this.room) / this.#options.requestsPerMinute));
  }

  /** Why one more job of a server, or of direct messages, may not wait, as far as is known; undefined when it may. */
  refusal(guildId: string | undefined): QueueRefusal | undefined {
    if (this.room <= 0) return { name: 'full', minutes: this.aboutMinutes };
    const { queueLimit, requestsPerMinute } = this.#options;
    const server = serverOf(guildId === undefined ? {} : { guildId });
    const expected = Array.from(this.#entrants.values(), ({ entrant }) => serverOf(entrant));
    const own = this.#queue.sizeOf(server) + expected.filter((its) => its === server).length;
    const share = shareOf(queueLimit, { isAlone: own === queueLimit - this.room });
    if (own < share) return undefined;
    // Each of its turns comes when all other servers have had theirs.
    const turns = (own - share + 1) * new Set([...this.#queue.servers, ...expected]).size;
    const minutes = Math.min(this.aboutMinutes, Math.ceil(turns / requestsPerMinute));
    return { name: 'share_full', minutes, isDirectMessage: guildId === undefined };
  }

  /** Jobs that wait, or are about to. */
  get entrants(): readonly Entrant[] {
    return [...this.#queue.inOrder(), ...[...this.#entrants.values()].map(({ entrant }) => entrant)];
  }

  /**
   * Keeps a place for a job that is about to wait; a cancel meanwhile is remembered.
   * @param queuedAtMs when an earlier process queued it, in epoch milliseconds; default: now
   */
  expect(entrant: Entrant, queuedAtMs = now()): void {
    this.#entrants.set(entrant.id, { entrant });
    this.#expiries.set(entrant.id, monotonicNow() + msLeft(MAX_WAIT_MS, queuedAtMs));
  }

  /** Waits until the job leaves the queue; one that comes back from a POST is before all others. */
  wait(job: JobIn<'queued'>): Promise<Turn> {
    const cancelledBy = this.#entrants.get(job.id)?.cancelledBy;
    this.#entrants.delete(job.id);
    if (cancelledBy !== undefined) return Promise.resolve({ name: 'cancelled', cancelledBy });
    const { id, requesterId, guildId } = job;
    const { queuedAtMs, isFirst } = job.state;
    return new Promise((end, fail) => {
      const entrant = { id, requesterId, ...(guildId === undefined ? {} : { guildId }) };
      this.#join({ ...entrant, queuedAtMs, job, end, fail, stopClock: () => {} }, isFirst);
      this.refresh();
    });
  }

  /** Ends the wait of a job. False when it doesn't wait: what was submitted can't be cancelled. */
  cancel(id: string, cancelledBy: string): boolean {
    const expected = this.#entrants.get(id);
    if (expected) {
      expected.cancelledBy = cancelledBy;
      return true;
    }
    const isCancelled = this.#remove(id, { name: 'cancelled', cancelledBy });
    if (isCancelled) this.refresh();
    return isCancelled;
  }

  /** To be called when a job won't wait again. */
  forget(id: string): void {
    this.#entrants.delete(id);
    this.#expiries.delete(id);
  }

  /** To be called whenever the queue, or what it waits for, has changed. */
  refresh(): void {
    if (this.#options.signal.aborted) return;
    this.#endStopped();
    this.#ask();
    // Many changes at once are shown as one: otherwise each job that joins would have all places counted again.
    this.#cancelShowing ??= later(SHOW_PAUSE_MS, () => {
      this.#cancelShowing = undefined;
      this.#show();
    });
  }

  get #queuedElsewhere(): number {
    return this.#options.queuedElsewhere().reduce((sum, count) => sum + count, 0);
  }

  #join(waiting: Waiting, isFirst: boolean): void {
    if (this.#options.signal.aborted) return;
    const expiresAtMs = this.#expiries.get(waiting.id) ?? monotonicNow() + MAX_WAIT_MS;
    this.#expiries.set(waiting.id, expiresAtMs);
    waiting.stopClock = later(expiresAtMs - monotonicNow(), () => {
      if (this.#remove(waiting.id, { name: 'expired' })) this.refresh();
    });
    if (isFirst) this.#queue.addFirst(waiting);
    else this.#queue.add(waiting);
  }

  #remove(id: string, turn: Turn): boolean {
    const waiting = this.#queue.remove(id);
    waiting?.stopClock();
    waiting?.end(turn);
    return waiting !== undefined;
  }

  #ask(): void {
    const { permits, log, signal } = this.#options;
    if (this.#isAsking || this.#queue.size === 0 || !permits.mayBeAsked) return;
    this.#isAsking = true;
    let chosen: Waiting | undefined;
    const choose = () => {
      chosen = this.#queue.next();
      chosen?.stopClock();
      return chosen?.job;
    };
    permits
      .request(choose)
      .then((answer) => chosen && this.#settle(chosen, answer))
      .catch((error: unknown) => {
        if (signal.aborted) return undefined;
        if (chosen) return chosen.fail(error);
        log.error({ err: error }, 'submit permit failed');
        return wait(FAILED_PAUSE_MS, signal).catch(() => {});
      })
      .finally(() => {
        this.#isAsking = false;
        this.refresh();
      });
  }

  #settle(chosen: Waiting, answer: PermitAnswer): void {
    switch (answer.name) {
      case 'granted':
      case 'lost':
        chosen.end(answer);
        break;
      case 'wait':
      case 'unused':
        this.#join(chosen, true);
        break;
      default:
        answer satisfies never;
    }
  }

  /** Shows each job where it stands. Of several processes nobody knows which goes first: each is assumed to have its turn. */
  #show(): void {
    const { delivery, permits, requestsPerMinute } = this.#options;
    const order = this.#queue.inOrder();
    const others = this.#options.queuedElsewhere();
    const waiting = order.length + this.#queuedElsewhere;
    const because: WaitReason | undefined = permits.because;
    for (const [index, { job }] of order.entries()) {
      const place = others.reduce((sum, count) => sum + Math.min(count, index), index + 1);
      delivery.showProgress(job, {
        phase: 'queued',
        place,
        waiting,
        aboutMinutes: Math.ceil(place / requestsPerMinute),
        ...(others.length > 0 ? { isAbout: true } : {}),
        ...(because ? { because } : {}),
      });
    }
  }

  /** Ends every wait when the circuit was open for too long, unless a trial is due or under way, which could change this. */
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
