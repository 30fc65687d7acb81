import { MAX_PAUSE_MS } from '../segmind/pause.ts';
import { later, now } from '../time.ts';
import { FairDelay } from './fair-delay.ts';
import type { Job } from './job.ts';
import type { Life } from './life.ts';
import type { JobParts } from './parts.ts';
import type { Stops } from './stops.ts';
import { type SubmitOutcome, submitOnce } from './submit.ts';
import { WaitingRoom } from './waiting-room.ts';

/** How long waiting jobs wait for an open circuit to close, and then for a trial, which may be another process's. */
const STOPPED_WAIT_MS = 15 * 60_000;
const TRIAL_WAIT_MS = 60_000;
/** As long as the longest pause, and its jitter. */
const LONGEST_HOLD_MS = MAX_PAUSE_MS + 5_000;
/** Between two tellings of the line. */
const SHOW_PAUSE_MS = 100;
/** Before a slot is asked for again after one went wrong. */
const SLOT_PAUSE_MS = 1_000;

interface DispatchOptions {
  readonly parts: JobParts;
  /** Where jobs go from here. */
  readonly life: Pick<Life, 'signal' | 'guard' | 'afterSubmit' | 'endUnsubmitted' | 'endBroken'>;
  /** How many jobs wait in each of the other processes, as far as is known. */
  readonly waitingElsewhere: () => readonly number[];
}

/** From the line to the POST: who goes next, when a slot is real, and who can't go at all. */
export class Dispatcher {
  readonly waiting: WaitingRoom;
  readonly #parts: JobParts;
  readonly #life: DispatchOptions['life'];
  readonly #waitingElsewhere: () => readonly number[];
  readonly #inFlight = new Set<string>();
  readonly #fairDelay: FairDelay;
  #isSlotAsked = false;
  /** Until when asking for a slot is of no use, and until when the provider asked for a pause; epoch milliseconds. */
  #heldUntilMs = 0;
  #pausedUntilMs = 0;
  #cancelHold = () => {};
  #cancelStoppedWait = () => {};
  #cancelShowing: (() => void) | undefined;

  constructor({ parts, life, waitingElsewhere }: DispatchOptions) {
    this.#parts = parts;
    this.#life = life;
    this.#waitingElsewhere = waitingElsewhere;
    this.#fairDelay = new FairDelay(parts.requestsPerMinute);
    this.waiting = new WaitingRoom((job) => {
      life.endUnsubmitted(job, { name: 'failed', failure: { kind: 'waited_too_long' } });
      this.refresh();
    });
    life.signal.addEventListener('abort', () => {
      this.#cancelHold();
      this.#cancelStoppedWait();
      this.#cancelShowing?.();
    });
  }

  /** How many more may join the line, as far as is known. */
  get room(): number {
    const elsewhere = this.#waitingElsewhere().reduce((sum, count) => sum + count, 0);
    return this.#parts.queueLimit - this.waiting.taken - elsewhere;
  }

  /** To be called whenever the line, or what it waits for, has changed. */
  refresh(): void {
    if (this.#life.signal.aborted) return;
    this.#endStopped();
    this.#askForSlot();
    // Many changes at once are shown as one: else each who joins would have the places of all others counted again.
    this.#cancelShowing ??= later(SHOW_PAUSE_MS, () => {
      this.#cancelShowing = undefined;
      this.#showLine();
    });
  }

  /** To be called whenever the circuit opens, closes, or was restored. */
  onCircuitChange(): void {
    if (this.#life.signal.aborted) return;
    const { waitsForTrial, nextTrialMs } = this.#parts.circuit;
    this.#cancelStoppedWait();
    const moments = [this.#stoppedUntilMs, ...(waitsForTrial ? [nextTrialMs] : [])].filter((atMs) => atMs > now());
    const nextMs = Math.min(...moments);
    if (Number.isFinite(nextMs))
      this.#cancelStoppedWait = later(Math.ceil(nextMs - now()), () => this.onCircuitChange());
    this.refresh();
  }

  /** To be called with what holds submits in all processes, when that was read. */
  onNews({ circuit, nextTrialMs, pausedUntilMs }: Stops): void {
    this.#pausedUntilMs = pausedUntilMs;
    if (pausedUntilMs > now()) this.#holdUntil(pausedUntilMs);
    if (this.#parts.circuit.adopt(circuit, nextTrialMs))
      this.#parts.log.warn({ circuit }, circuit.open ? 'submits are stopped, by another process' : 'submits go on');
    this.onCircuitChange();
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Counts a job that an earlier process submitted. */
  countInFlight(id: string): void {
    this.#inFlight.add(id);
  }

  /** The job no longer counts as in flight: it has ended, is overdue, or its pictures are on their way. */
  release(id: string): void {
    if (this.#inFlight.delete(id)) this.refresh();
  }

  /** Tells everyone in line where they stand. Of several processes nobody knows who goes first: each is taken to have its turn. */
  #showLine(): void {
    const { delivery, circuit, requestsPerMinute } = this.#parts;
    const isPaused = this.#pausedUntilMs > now();
    const order = this.waiting.inOrder();
    const others = this.#waitingElsewhere();
    const waiting = others.reduce((sum, count) => sum + count, order.length);
    for (const [index, job] of order.entries()) {
      const place = others.reduce((sum, count) => sum + Math.min(count, index), index + 1);
      delivery.showProgress(job, {
        phase: 'waiting',
        place,
        waiting,
        aboutMinutes: Math.ceil(place / requestsPerMinute),
        ...(others.length > 0 ? { isAbout: true } : {}),
        ...(isPaused ? { pausedUntilMs: this.#pausedUntilMs } : {}),
        ...(circuit.state.open ? { stopped: circuit.state.reason } : {}),
      });
    }
  }

  /** When all who wait are ended if nothing changes, in epoch milliseconds; never while the circuit is closed. */
  get #stoppedUntilMs(): number {
    const { state, waitsForTrial } = this.#parts.circuit;
    if (!state.open) return Number.POSITIVE_INFINITY;
    return state.sinceMs + STOPPED_WAIT_MS + (waitsForTrial ? TRIAL_WAIT_MS : 0);
  }

  /** Ends all who wait when nothing could be submitted for too long, and no trial is due or under way that could change this. */
  #endStopped(): void {
    const { state, isTrialDue, isTrialUnderWay } = this.#parts.circuit;
    if (!state.open || isTrialDue || isTrialUnderWay || now() < this.#stoppedUntilMs) return;
    for (const job of this.waiting.inOrder()) {
      this.waiting.remove(job.id);
      this.#life.endUnsubmitted(job, { name: 'failed', failure: { kind: 'stopped', reason: state.reason } });
    }
  }

  #askForSlot(): void {
    const { circuit, slots, log, maxInFlight } = this.#parts;
    const isOpenForSubmits = !circuit.state.open || circuit.isTrialDue;
    const isWanted = this.waiting.size > 0 && this.#inFlight.size < maxInFlight && isOpenForSubmits && !this.#isHeld;
    if (this.#isSlotAsked || !isWanted) return;
    this.#isSlotAsked = true;
    slots
      .requestSlot(async () => {
        this.#isSlotAsked = false;
        const use = await this.#useSlot();
        if (use === 'spent') this.#fairDelay.notePost();
        return use;
      })
      .catch((error: unknown) => {
        this.#isSlotAsked = false;
        if (this.#life.signal.aborted) return;
        log.error({ err: error }, 'a slot was not used well');
        later(SLOT_PAUSE_MS, () => this.refresh());
      });
  }

  get #isHeld(): boolean {
    return this.#heldUntilMs > 0;
  }

  /** Asks for no slot until then; the later of two holds wins. */
  #holdUntil(epochMs: number): void {
    if (this.#life.signal.aborted || epochMs <= this.#heldUntilMs) return;
    this.#heldUntilMs = epochMs;
    this.#cancelHold();
    // The end of the timer counts, and not the clock, which may be set back meanwhile.
    this.#cancelHold = later(Math.min(Math.ceil(epochMs - now()), LONGEST_HOLD_MS), () => {
      this.#heldUntilMs = 0;
      this.refresh();
    });
  }

  /** Who goes is decided only here, when the slot is real. */
  async #useSlot(): Promise<'spent' | 'unused'> {
    const { circuit, maxInFlight } = this.#parts;
    const { signal } = this.#life;
    if (signal.aborted || this.#isHeld || this.waiting.size === 0) return 'unused';
    const admission = circuit.admits();
    if (admission === 'no') return 'unused';
    const isTrial = admission === 'trial';
    const job = this.waiting.next();
    if (!job) return 'unused';
    this.#inFlight.add(job.id);
    this.refresh();
    try {
      const mayBeInFlightElsewhere = maxInFlight - this.#inFlight.size;
      const submit = submitOnce(this.#parts, job, { isTrial, mayBeInFlightElsewhere }, signal);
      const outcome = await this.#life.guard(submit);
      if (isTrial && outcome.name === 'stopped') circuit.dropTrial();
      else if (isTrial) circuit.endTrial(hasPassed(outcome) ? 'passed' : 'untold');
      return this.#settle(job, outcome);
    } catch (error) {
      if (isTrial) circuit.endTrial('untold');
      this.release(job.id);
      this.#life.endBroken(job, error);
      return 'spent';
    }
  }

  #settle(job: Job, outcome: SubmitOutcome): 'spent' | 'unused' {
    switch (outcome.name) {
      case 'submitted':
      case 'rendered':
        this.#life.afterSubmit(outcome);
        return 'spent';
      case 'ended':
        this.release(job.id);
        this.#life.afterSubmit(outcome);
        return 'spent';
      case 'sent_back':
        this.#pausedUntilMs = outcome.pausedUntilMs;
        this.#holdUntil(outcome.pausedUntilMs);
        this.waiting.addFirst(outcome.job);
        this.release(job.id);
        return 'spent';
      case 'held':
        if (outcome.isPause) this.#pausedUntilMs = outcome.untilMs;
        this.#holdUntil(outcome.untilMs + (this.#parts.claims.isShared ? this.#fairDelay.next() : 0));
        this.waiting.addFirst(job);
        this.release(job.id);
        return 'unused';
      case 'stopped':
        this.waiting.addFirst(job);
        this.onNews(outcome.stops);
        this.release(job.id);
        return 'unused';
      case 'taken':
        this.release(job.id);
        return 'unused';
      default:
        return outcome satisfies never;
    }
  }
}

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
