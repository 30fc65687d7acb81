import pLimit from 'p-limit';
import { later, now, wait } from '../time.ts';
import { bringPictures, bringStored } from './bring.ts';
import type { Ending } from './delivery.ts';
import { end, tellEnd } from './end.ts';
import type { StopReason } from './failure.ts';
import { awaitResult, type Rendered } from './follow.ts';
import { hasEnded, type Job, type JobRequest, type StateOf } from './job.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';
import { type SubmitOutcome, submitOnce } from './submit.ts';
import { WaitingRoom } from './waiting-room.ts';

/** Jobs that hold their pictures in memory at once; each picture may have 32 MiB. */
const HANDS = 4;
/** How long waiting jobs wait for an open circuit to close. */
const STOPPED_WAIT_MS = 15 * 60_000;
/** Before a slot is asked for again after one went wrong. */
const SLOT_PAUSE_MS = 1_000;
/** How long a stop waits for POSTs and deliveries under way. */
const STOP_GRACE_MS = 8_000;

/** Why no new job is taken at present. */
export type Refusal =
  | { readonly name: 'full'; readonly minutes: number }
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'restarting' };

/** Whether the answer to a POST shows that submits work again. */
function hasPassed(outcome: SubmitOutcome): boolean {
  if (outcome.name !== 'ended') return outcome.name === 'submitted' || outcome.name === 'rendered';
  const { ending } = outcome;
  return (
    ending.name === 'failed' &&
    (ending.failure.kind === 'bad_request' ||
      ending.failure.kind === 'parameter_rejected' ||
      ending.failure.kind === 'inference_failed')
  );
}

/** Lives every job's life, from the line to its end. */
export class JobRunner {
  readonly #parts: JobParts;
  readonly #hands = pLimit(HANDS);
  readonly #waiting: WaitingRoom;
  readonly #accepting = new Set<string>();
  readonly #inFlight = new Set<string>();
  /** POSTs and deliveries under way, which a stop waits for. */
  readonly #delicate = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();
  #isSlotAsked = false;
  #cancelStoppedWait = () => {};

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.#waiting = new WaitingRoom({
      limit: parts.queueLimit,
      onExpired: (job) => {
        this.#endWaiting(job, { name: 'failed', failure: { kind: 'waited_too_long' } });
        this.#refresh();
      },
    });
  }

  /** Whether a new job would be taken now. */
  refusal(): Refusal | undefined {
    const { circuit, requestsPerMinute } = this.#parts;
    if (this.#stopping.signal.aborted) return { name: 'restarting' };
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

  /**
   * Takes up every job that an earlier process left, each where it stands. No POST is sent for one that may have had its own.
   * Needs no connection to the gateway.
   */
  async resume(): Promise<void> {
    const { store, log } = this.#parts;
    const jobs = await store.unfinished((id, error) =>
      log.error({ err: error, job: id }, 'a stored job is unreadable'),
    );
    if (jobs.length > 0) log.info({ jobs: jobs.length }, 'resuming');
    for (const job of jobs) if (job.state.name !== 'queued') this.#live(job, () => this.#resumeOne(job));
    this.onCircuitChange();
    this.#resumeLine(jobs).catch((error: unknown) => log.error({ err: error }, 'the line was not resumed'));
  }

  /** Lets those who waited wait again, in their old order; a press that was never acknowledged is dropped silently. */
  async #resumeLine(jobs: readonly Job[]): Promise<void> {
    const { store, delivery } = this.#parts;
    const confirmed = jobs.map(async (job) => {
      if (job.state.name !== 'queued') return undefined;
      const isWaitedFor = job.messageIds.length > 0 || (await delivery.wasAcknowledged(job));
      if (!isWaitedFor) await store.remove(job.id);
      return isWaitedFor ? { job, isFirst: job.state.isFirst } : undefined;
    });
    for (const confirmation of confirmed) {
      const waiting = await confirmation;
      if (waiting?.isFirst) this.#waiting.addFirst(waiting.job);
      else if (waiting) this.#waiting.add(waiting.job);
    }
    this.#refresh();
  }

  /** Takes, submits and polls nothing any more, and waits up to 8 s for POSTs and deliveries under way. The rest goes on at the next start. */
  async stop(): Promise<void> {
    this.#cancelStoppedWait();
    this.#stopping.abort(new Error('The process is stopping.'));
    const grace = new AbortController();
    const settled = Promise.allSettled(this.#delicate).finally(() => grace.abort());
    await Promise.race([settled, wait(STOP_GRACE_MS, grace.signal).catch(() => {})]);
  }

  async #keep(request: JobRequest, acknowledge: () => Promise<unknown>): Promise<Job | undefined> {
    const { store, log } = this.#parts;
    const [stored, acknowledged] = await Promise.allSettled([store.insert(request), acknowledge()]);
    const job = stored.status === 'fulfilled' ? stored.value : undefined;
    if (acknowledged.status === 'rejected') {
      if (job) await untilStored(() => store.remove(job.id), log, this.#stopping.signal);
      throw acknowledged.reason;
    }
    const reason: unknown = stored.status === 'rejected' ? stored.reason : new Error('The interaction is known.');
    if (!job) log.error({ err: reason, job: request.id }, 'a job was not stored');
    return job;
  }

  /** Tells everyone in line where they stand, and asks for a slot if somebody could use one. */
  #refresh(): void {
    const { delivery, circuit, limiter, log } = this.#parts;
    if (this.#stopping.signal.aborted) return;
    this.#endStopped();
    const { pausedUntil } = limiter;
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
    if (this.#isSlotAsked || order.length === 0 || !hasRoom || !isOpenForSubmits) return;
    this.#isSlotAsked = true;
    limiter
      .requestSlot(() => {
        this.#isSlotAsked = false;
        return this.#useSlot();
      })
      .catch((error: unknown) => {
        this.#isSlotAsked = false;
        if (this.#stopping.signal.aborted) return;
        log.error({ err: error }, 'a slot was not used well');
        later(SLOT_PAUSE_MS, () => this.#refresh());
      });
  }

  /** Who goes is decided only here, when the slot is real. */
  async #useSlot(): Promise<'spent' | 'unused'> {
    const { circuit, delivery } = this.#parts;
    const { signal } = this.#stopping;
    if (signal.aborted || this.#waiting.size === 0 || circuit.admits() === 'no') return 'unused';
    const isTrial = circuit.isTrialUnderWay;
    const waiting = this.#waiting.next();
    if (!waiting) return 'unused';
    this.#inFlight.add(waiting.id);
    delivery.showProgress(waiting, { phase: 'submitting' });
    this.#refresh();
    try {
      const outcome = await this.#guard(submitOnce(this.#parts, waiting, signal));
      if (isTrial) circuit.endTrial(hasPassed(outcome) ? 'passed' : 'untold');
      return this.#goOn(waiting, outcome);
    } catch (error) {
      if (isTrial) circuit.endTrial('untold');
      this.#release(waiting.id);
      this.#live(waiting, () => Promise.reject(error));
      return 'spent';
    }
  }

  #goOn(waiting: Job, outcome: SubmitOutcome): 'spent' | 'unused' {
    const { signal } = this.#stopping;
    switch (outcome.name) {
      case 'submitted':
        this.#live(outcome.job, () => this.#follow(outcome));
        return 'spent';
      case 'rendered':
        this.#live(outcome.job, () => this.#bring({ ...outcome, images: outcome.result.images }));
        return 'spent';
      case 'ended':
        this.#live(outcome.job, () => tellEnd(this.#parts, outcome.job, outcome.ending, signal));
        break;
      case 'sent_back': {
        this.#waiting.addFirst(outcome.job);
        const { pausedUntil } = this.#parts.limiter;
        // What the others read about the pause has to go when it is over.
        if (pausedUntil !== undefined) later(pausedUntil - now(), () => this.#refresh());
        break;
      }
      case 'taken':
        this.#release(waiting.id);
        return 'unused';
      default:
        outcome satisfies never;
    }
    this.#release(waiting.id);
    return 'spent';
  }

  async #follow(submitted: { readonly job: Job; readonly state: StateOf<'submitted'> }): Promise<void> {
    const { signal } = this.#stopping;
    const { id } = submitted.job;
    try {
      const rendered = await awaitResult(this.#parts, submitted, () => this.#release(id), signal);
      if (rendered) await this.#bring(rendered);
    } finally {
      this.#release(id);
    }
  }

  #bring({ job, state, images }: Rendered): Promise<void> {
    const { delivery, estimate } = this.#parts;
    if (state.renderSeconds !== undefined) estimate.record(job.parameters, state.renderSeconds);
    delivery.showProgress(job, { phase: 'downloading', sinceMs: state.renderedAtMs });
    return this.#deliver(job, (signal) => bringPictures(this.#parts, { job, state }, images, signal));
  }

  /**
   * Runs a delivery when a hand is free; a stop waits for it. Until then the job counts as in flight, so that results which
   * hold their pictures don't pile up while Discord takes nothing.
   */
  #deliver(job: Job, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    return this.#hands(() => {
      this.#release(job.id);
      return signal.aborted ? Promise.reject(signal.reason) : this.#guard(work(signal));
    });
  }

  async #resumeOne(job: Job): Promise<void> {
    const { signal } = this.#stopping;
    const { state } = job;
    switch (state.name) {
      case 'submitting':
        return end(this.#parts, job, { name: 'unknown' }, signal);
      case 'submitted':
        this.#inFlight.add(job.id);
        return this.#follow({ job, state });
      case 'rendered':
      case 'delivering':
        return this.#deliver(job, () => bringStored(this.#parts, { job, state }, signal));
      case 'failed':
      case 'cancelled':
      case 'unknown':
        return tellEnd(this.#parts, job, state, signal);
      case 'delivered':
        await this.#parts.store.close(job.id);
        return this.#parts.imageFiles.remove(state.imageFiles);
      default:
        throw new Error(`A job in the state ${state.name} waits in line.`);
    }
  }

  /** Ends all who wait when nothing could be submitted for too long, and no trial is due that could change this. */
  #endStopped(): void {
    const { state, isTrialDue, isTrialUnderWay } = this.#parts.circuit;
    if (!state.open || isTrialDue || isTrialUnderWay || now() < state.sinceMs + STOPPED_WAIT_MS) return;
    for (const job of this.#waiting.inOrder()) {
      this.#waiting.remove(job.id);
      this.#endWaiting(job, { name: 'failed', failure: { kind: 'stopped', reason: state.reason } });
    }
  }

  #release(id: string): void {
    if (this.#inFlight.delete(id)) this.#refresh();
  }

  #endWaiting(job: Job, ending: Extract<Ending, { name: 'failed' | 'cancelled' }>): void {
    this.#live(job, () => end(this.#parts, job, ending, this.#stopping.signal));
  }

  #guard<T>(work: Promise<T>): Promise<T> {
    this.#delicate.add(work);
    const done = () => this.#delicate.delete(work);
    work.then(done, done);
    return work;
  }

  /** Runs a part of a job's life by itself; should it break, the job still ends and the member is told. */
  #live(job: Job, part: () => Promise<void>): void {
    const { store, log } = this.#parts;
    const { signal } = this.#stopping;
    part()
      .catch(async (error: unknown) => {
        if (signal.aborted) return;
        log.error({ err: error, job: job.id }, 'a job broke');
        const current = await store.get(job.id);
        if (!current || hasEnded(current.state)) return;
        // What broke around a POST may have been paid for.
        const isUnknown = current.state.name === 'submitting';
        const ending = isUnknown
          ? ({ name: 'unknown' } as const)
          : ({ name: 'failed', failure: { kind: 'internal' } } as const);
        await end(this.#parts, current, ending, signal);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error, job: job.id }, 'a broken job was not ended');
      });
  }
}
