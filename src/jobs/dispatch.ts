import { later, now } from '../time.ts';
import type { Ending } from './delivery.ts';
import type { Job } from './job.ts';
import type { JobParts } from './parts.ts';
import { type SubmitOutcome, submitOnce } from './submit.ts';
import { WaitingRoom } from './waiting-room.ts';

/** How long waiting jobs wait for an open circuit to close. */
const STOPPED_WAIT_MS = 15 * 60_000;
/** Between two tellings of the line. */
const SHOW_PAUSE_MS = 100;
/** Before a slot is asked for again after one went wrong. */
const SLOT_PAUSE_MS = 1_000;

interface DispatchParts {
  readonly parts: JobParts;
  readonly signal: AbortSignal;
  /** Told what became of a POST that doesn't bring the job back into the line. */
  readonly onOutcome: (outcome: Extract<SubmitOutcome, { name: 'submitted' | 'rendered' | 'ended' }>) => void;
  /** Told of a job that leaves the line without a POST. */
  readonly onUnsubmitted: (job: Job, ending: Extract<Ending, { name: 'failed' }>) => void;
  /** Told of a job around whose POST something of ours broke. */
  readonly onBroken: (job: Job, error: unknown) => void;
  /** Runs a POST in a way that a stop waits for. */
  readonly guard: <T>(work: Promise<T>) => Promise<T>;
}

/** From the line to the POST: who goes next, when a slot is real, and who can't go at all. */
export class Dispatcher {
  readonly waiting: WaitingRoom;
  readonly #parts: JobParts;
  readonly #given: DispatchParts;
  readonly #inFlight = new Set<string>();
  #isSlotAsked = false;
  #cancelStoppedWait = () => {};
  #cancelShowing: (() => void) | undefined;

  constructor(given: DispatchParts) {
    this.#given = given;
    this.#parts = given.parts;
    this.waiting = new WaitingRoom({
      limit: given.parts.queueLimit,
      onExpired: (job) => {
        given.onUnsubmitted(job, { name: 'failed', failure: { kind: 'waited_too_long' } });
        this.refresh();
      },
    });
    given.signal.addEventListener('abort', () => {
      this.#cancelStoppedWait();
      this.#cancelShowing?.();
    });
  }

  /** To be called whenever the line, or what it waits for, has changed. */
  refresh(): void {
    if (this.#given.signal.aborted) return;
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
    const { state } = this.#parts.circuit;
    this.#cancelStoppedWait();
    if (state.open) this.#cancelStoppedWait = later(state.sinceMs + STOPPED_WAIT_MS - now(), () => this.refresh());
    this.refresh();
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

  /** Tells everyone in line where they stand. */
  #showLine(): void {
    const { delivery, circuit, limiter, requestsPerMinute } = this.#parts;
    const { pausedUntil } = limiter;
    const order = this.waiting.inOrder();
    for (const [index, job] of order.entries()) {
      delivery.showProgress(job, {
        phase: 'waiting',
        place: index + 1,
        waiting: order.length,
        aboutMinutes: Math.ceil((index + 1) / requestsPerMinute),
        ...(pausedUntil === undefined ? {} : { pausedUntilMs: pausedUntil }),
        ...(circuit.state.open ? { stopped: circuit.state.reason } : {}),
      });
    }
  }

  /** Ends all who wait when nothing could be submitted for too long, and no trial is due or under way that could change this. */
  #endStopped(): void {
    const { state, isTrialDue, isTrialUnderWay } = this.#parts.circuit;
    if (!state.open || isTrialDue || isTrialUnderWay || now() < state.sinceMs + STOPPED_WAIT_MS) return;
    for (const job of this.waiting.inOrder()) {
      this.waiting.remove(job.id);
      this.#given.onUnsubmitted(job, { name: 'failed', failure: { kind: 'stopped', reason: state.reason } });
    }
  }

  #askForSlot(): void {
    const { circuit, limiter, log, maxInFlight } = this.#parts;
    const isOpenForSubmits = !circuit.state.open || circuit.isTrialDue;
    const isWanted = this.waiting.size > 0 && this.#inFlight.size < maxInFlight && isOpenForSubmits;
    if (this.#isSlotAsked || !isWanted) return;
    this.#isSlotAsked = true;
    limiter
      .requestSlot(() => {
        this.#isSlotAsked = false;
        return this.#useSlot();
      })
      .catch((error: unknown) => {
        this.#isSlotAsked = false;
        if (this.#given.signal.aborted) return;
        log.error({ err: error }, 'a slot was not used well');
        later(SLOT_PAUSE_MS, () => this.refresh());
      });
  }

  /** Who goes is decided only here, when the slot is real. */
  async #useSlot(): Promise<'spent' | 'unused'> {
    const { circuit, delivery } = this.#parts;
    const { signal, guard } = this.#given;
    if (signal.aborted || this.waiting.size === 0 || circuit.admits() === 'no') return 'unused';
    const isTrial = circuit.isTrialUnderWay;
    const job = this.waiting.next();
    if (!job) return 'unused';
    this.#inFlight.add(job.id);
    delivery.showProgress(job, { phase: 'submitting' });
    this.refresh();
    try {
      const outcome = await guard(submitOnce(this.#parts, job, signal));
      if (isTrial) circuit.endTrial(hasPassed(outcome) ? 'passed' : 'untold');
      return this.#settle(job, outcome);
    } catch (error) {
      if (isTrial) circuit.endTrial('untold');
      this.release(job.id);
      this.#given.onBroken(job, error);
      return 'spent';
    }
  }

  #settle(job: Job, outcome: SubmitOutcome): 'spent' | 'unused' {
    switch (outcome.name) {
      case 'submitted':
      case 'rendered':
        this.#given.onOutcome(outcome);
        return 'spent';
      case 'ended':
        this.release(job.id);
        this.#given.onOutcome(outcome);
        return 'spent';
      case 'sent_back': {
        this.waiting.addFirst(outcome.job);
        const { pausedUntil } = this.#parts.limiter;
        // What the others read about the pause has to go when it is over.
        if (pausedUntil !== undefined) later(pausedUntil - now(), () => this.refresh());
        this.release(job.id);
        return 'spent';
      }
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
