import pLimit from 'p-limit';
import type { Log } from '../log.ts';
import type { Circuit } from '../segmind/circuit.ts';
import type { SegmindClient } from '../segmind/client.ts';
import type { SubmitLimiter } from '../segmind/limiter.ts';
import { later, now } from '../time.ts';
import type { Delivery, Ending } from './delivery.ts';
import { end, tellEnd } from './end.ts';
import { RenderEstimate } from './estimate.ts';
import type { StopReason } from './failure.ts';
import { awaitResult, bringPictures } from './follow.ts';
import { hasEnded, type Job, type JobRequest, type StateOf } from './job.ts';
import type { JobStore } from './store.ts';
import { type SubmitOutcome, submitOnce } from './submit.ts';
import { WaitingRoom } from './waiting-room.ts';

/** Jobs that hold their pictures in memory at once; each picture may have 32 MiB. */
const HANDS = 4;
/** How long waiting jobs wait for an open circuit to close. */
const STOPPED_WAIT_MS = 15 * 60_000;
/** Between a 5xx and the one more try that it allows. */
const RETRY_PAUSE_MS = 2_000;

export interface JobParts {
  readonly segmind: SegmindClient;
  readonly store: JobStore;
  readonly delivery: Delivery;
  readonly limiter: SubmitLimiter;
  readonly circuit: Circuit;
  readonly log: Log;
  readonly mode: 'async' | 'sync';
  readonly base64: boolean;
  readonly requestsPerMinute: number;
  readonly maxInFlight: number;
  readonly queueLimit: number;
  readonly deadlineMs: number;
}

/** Why no new job is taken at present. */
export type Refusal =
  | { readonly name: 'full'; readonly minutes: number }
  | { readonly name: 'stopped'; readonly reason: StopReason };

/** Lives every job's life, from the line to its end. */
export class JobRunner {
  readonly #parts: JobParts & { readonly estimate: RenderEstimate; readonly hands: ReturnType<typeof pLimit> };
  readonly #waiting: WaitingRoom;
  readonly #accepting = new Set<string>();
  readonly #inFlight = new Set<string>();
  /** Jobs that had their one more try after a 5xx. */
  readonly #retried = new Set<string>();
  readonly #stopping = new AbortController();
  #isSlotAsked = false;
  #cancelStoppedWait = () => {};

  constructor(parts: JobParts) {
    this.#parts = { ...parts, estimate: new RenderEstimate(), hands: pLimit(HANDS) };
    this.#waiting = new WaitingRoom({
      limit: parts.queueLimit,
      onExpired: (job) => this.#endWaiting(job, { name: 'failed', failure: { kind: 'waited_too_long' } }),
    });
  }

  /** Whether a new job would be taken now. */
  refusal(): Refusal | undefined {
    const { circuit, requestsPerMinute } = this.#parts;
    if (circuit.state.open && !circuit.isTrialDue) return { name: 'stopped', reason: circuit.state.reason };
    if (!this.#waiting.isFull) return undefined;
    return { name: 'full', minutes: Math.max(1, Math.ceil(this.#waiting.size / requestsPerMinute)) };
  }

  /**
   * Takes a job: keeps it while the acknowledgement is sent, and lets it join the line when both have succeeded.
   * @returns `not_stored` when the member must be told that nothing was started; `duplicate` when this interaction is known
   * @throws what `acknowledge` throws; then nothing is kept
   */
  async accept(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
  ): Promise<'accepted' | 'not_stored' | 'duplicate'> {
    if (this.#accepting.has(request.interactionId)) return 'duplicate';
    this.#accepting.add(request.interactionId);
    try {
      const joined = await this.#waiting.join(this.#keep(request, acknowledge));
      if (joined) this.#refresh();
      return joined ? 'accepted' : 'not_stored';
    } finally {
      this.#accepting.delete(request.interactionId);
    }
  }

  find(id: string): Promise<Job | undefined> {
    return this.#parts.store.get(id);
  }

  /** Ends a job that waits in line, uncharged. False when it doesn't wait there: what was submitted can't be stopped. */
  cancel(id: string, cancelledBy: string): boolean {
    const job = this.#waiting.remove(id);
    if (!job) return false;
    this.#endWaiting(job, { name: 'cancelled', cancelledBy });
    this.#refresh();
    return true;
  }

  /** To be called whenever the circuit opens, closes or lets a trial through. */
  onCircuitChange(): void {
    const { state } = this.#parts.circuit;
    this.#cancelStoppedWait();
    if (state.open) this.#cancelStoppedWait = later(state.sinceMs + STOPPED_WAIT_MS - now(), () => this.#refresh());
    this.#refresh();
  }

  /** Submits and polls nothing any more. What is under way stays in the store as it is. */
  stop(): void {
    this.#cancelStoppedWait();
    this.#stopping.abort(new Error('The process is stopping.'));
  }

  async #keep(request: JobRequest, acknowledge: () => Promise<unknown>): Promise<Job | undefined> {
    const { store, log } = this.#parts;
    const [stored, acknowledged] = await Promise.allSettled([store.insert(request), acknowledge()]);
    if (acknowledged.status === 'rejected') {
      if (stored.status === 'fulfilled' && stored.value) await store.remove(request.id);
      throw acknowledged.reason;
    }
    if (stored.status === 'fulfilled' && stored.value) return store.get(request.id);
    const reason: unknown = stored.status === 'rejected' ? stored.reason : new Error('The interaction is known.');
    log.error({ err: reason, job: request.id }, 'a job was not stored');
    return undefined;
  }

  /** Tells everyone in line where they stand, and asks for a slot if somebody could use one. */
  #refresh(): void {
    const { delivery, circuit, limiter, log } = this.#parts;
    const { pausedUntil } = limiter;
    this.#endStopped();
    const order = this.#waiting.inOrder();
    for (const [index, job] of order.entries()) {
      delivery.showProgress(job, {
        phase: 'waiting',
        place: index + 1,
        waiting: order.length,
        ...(pausedUntil === undefined ? {} : { pausedUntilMs: pausedUntil }),
        ...(circuit.state.open ? { stopped: circuit.state.reason } : {}),
      });
    }
    const hasRoom = this.#inFlight.size < this.#parts.maxInFlight;
    const isOpenForSubmits = !circuit.state.open || circuit.isTrialDue;
    if (this.#isSlotAsked || order.length === 0 || !hasRoom || !isOpenForSubmits || this.#stopping.signal.aborted)
      return;
    this.#isSlotAsked = true;
    limiter
      .requestSlot(() => {
        this.#isSlotAsked = false;
        return this.#useSlot();
      })
      .catch((error: unknown) => {
        this.#isSlotAsked = false;
        if (!this.#stopping.signal.aborted) log.error({ err: error }, 'a slot was not used well');
      });
  }

  /** Who goes is decided only here, when the slot is real. */
  async #useSlot(): Promise<'spent' | 'unused'> {
    if (this.#stopping.signal.aborted || this.#waiting.size === 0 || this.#parts.circuit.admits() === 'no')
      return 'unused';
    const waiting = this.#waiting.next();
    if (!waiting) return 'unused';
    this.#inFlight.add(waiting.id);
    this.#parts.delivery.showProgress(waiting, { phase: 'submitting' });
    this.#refresh();
    let outcome: SubmitOutcome;
    try {
      outcome = await submitOnce(this.#parts, waiting, !this.#retried.has(waiting.id));
    } catch (error) {
      this.#release(waiting.id);
      this.#live(waiting, () => Promise.reject(error));
      return 'spent';
    }
    switch (outcome.name) {
      case 'submitted':
        this.#live(outcome.job, () => this.#follow(outcome.job, outcome.state));
        break;
      case 'rendered':
        this.#release(waiting.id);
        this.#live(outcome.job, () => bringPictures(this.#parts, outcome, outcome.result.images));
        break;
      case 'ended':
        this.#release(waiting.id);
        this.#live(outcome.job, () => tellEnd(this.#parts, outcome.job, outcome.ending));
        break;
      case 'rate_limited':
        this.#waiting.addFirst(outcome.job);
        this.#release(waiting.id);
        break;
      case 'retry':
        this.#retried.add(waiting.id);
        this.#release(waiting.id);
        later(RETRY_PAUSE_MS, () => {
          this.#waiting.addFirst(outcome.job);
          this.#refresh();
        });
        break;
      case 'taken':
        this.#release(waiting.id);
        return 'unused';
      default:
        outcome satisfies never;
    }
    return 'spent';
  }

  async #follow(job: Job, state: StateOf<'submitted'>): Promise<void> {
    const inference = this.#parts.segmind.inference(state.requestId);
    const { signal } = this.#stopping;
    const rendered = await awaitResult(this.#parts, { job, state }, inference, signal, () => this.#release(job.id));
    if (rendered) await bringPictures(this.#parts, rendered, rendered.result.images);
  }

  /** Ends all who wait when nothing could be submitted for too long, and no trial is due that could change this. */
  #endStopped(): void {
    const { state, isTrialDue } = this.#parts.circuit;
    if (!state.open || isTrialDue || now() < state.sinceMs + STOPPED_WAIT_MS) return;
    for (const job of this.#waiting.inOrder()) {
      this.#waiting.remove(job.id);
      this.#endWaiting(job, { name: 'failed', failure: { kind: 'stopped', reason: state.reason } });
    }
  }

  #release(id: string): void {
    if (this.#inFlight.delete(id)) this.#refresh();
  }

  #endWaiting(job: Job, ending: Extract<Ending, { name: 'failed' | 'cancelled' }>): void {
    this.#live(job, () => end(this.#parts, job, ending));
  }

  /** Runs a part of a job's life by itself; should it break, the job still ends and the member is told. */
  #live(job: Job, part: () => Promise<void>): void {
    const { store, log } = this.#parts;
    part()
      .catch(async (error: unknown) => {
        if (this.#stopping.signal.aborted) return;
        log.error({ err: error, job: job.id }, 'a job broke');
        const current = await store.get(job.id);
        if (!current || hasEnded(current.state)) return;
        // What broke around a POST may have been paid for.
        const isUnknown = current.state.name === 'submitting';
        await end(
          this.#parts,
          current,
          isUnknown ? { name: 'unknown' } : { name: 'failed', failure: { kind: 'internal' } },
        );
      })
      .catch((error: unknown) => log.error({ err: error, job: job.id }, 'a broken job was not ended'))
      .finally(() => this.#retried.delete(job.id));
  }
}
