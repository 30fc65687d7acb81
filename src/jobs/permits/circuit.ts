import {
  InsufficientCredits,
  ModelForbidden,
  ModelNotFound,
  ModelRetired,
  SpendLimitReached,
  Unauthorized,
} from '../../segmind/errors.ts';
import { later, monotonicNow } from '../../time.ts';
import type { StopReason } from '../failure.ts';

/** `sinceMs` is on the monotonic clock. */
export type CircuitState = { open: false } | { open: true; reason: StopReason; sinceMs: number };

export interface Credits {
  creditsUsd: number;
  freeCreditsUsd: number;
}

/** Free of charge: shows whether the key works and whether the balance suffices. */
export type GetCredits = (options: { signal: AbortSignal }) => Promise<Credits>;

export interface CircuitListener {
  /** Called after every change of the state but `restore` and `adopt`. */
  onChange(state: CircuitState): void;
  /** Called when a trial has failed as the one before: only the time of the next has changed. */
  onTrialFailed(): void;
  /** Called when a trial may be made at once. */
  onTrialAllowed(): void;
}

const NO_LISTENER: CircuitListener = { onChange() {}, onTrialFailed() {}, onTrialAllowed() {} };

/** The reasons that `get-user-credits` can clear, with how often to ask it; the others can only be tried. */
const CHECK_INTERVAL_MS: Partial<Record<StopReason, number>> = { credits: 120_000, unauthorized: 300_000 };
/** Between two trials where only a trial can tell; no reason waits longer. */
export const TRIAL_INTERVAL_MS = 900_000;
const KEPT_COSTS = 20;
const UNKNOWN_COST_USD = 0.05;

/** Why an error stops all submits; undefined when it concerns one job only. */
export function reasonOf(error: unknown): StopReason | undefined {
  if (error instanceof InsufficientCredits) return 'credits';
  if (error instanceof SpendLimitReached) return 'spend_limit';
  if (error instanceof Unauthorized) return 'unauthorized';
  if (error instanceof ModelForbidden) return 'forbidden';
  if (error instanceof ModelNotFound) return 'model_not_found';
  if (error instanceof ModelRetired) return 'model_retired';
  return undefined;
}

/** Open while every submit would be refused: no money, or a set-up that the operator has to mend. */
export class Circuit {
  readonly #getCredits: GetCredits;
  readonly #closing = new AbortController();
  readonly #costsUsd: number[] = [];
  #listener = NO_LISTENER;
  #state: CircuitState = { open: false };
  #nextTrialMs = 0;
  #isTrialUnderWay = false;
  #cancelCheck: (() => void) | undefined;
  #check: Promise<void> | undefined;

  constructor(getCredits: GetCredits) {
    this.#getCredits = getCredits;
  }

  /** From here on, `listener` hears of every change. */
  watch(listener: CircuitListener): void {
    this.#listener = listener;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Opens the circuit when the error is a reason to; open already, it takes the newer reason and keeps its time. */
  trip(error: unknown): void {
    const reason = reasonOf(error);
    if (reason !== undefined) this.open(reason);
  }

  /** Opens the circuit; open already, it takes the newer reason and keeps its time. */
  open(reason: StopReason): void {
    if (this.#closing.signal.aborted) return;
    const isSame = this.#state.open && this.#state.reason === reason;
    const state = { open: true, reason, sinceMs: this.#state.open ? this.#state.sinceMs : monotonicNow() } as const;
    this.#isTrialUnderWay = false;
    this.#nextTrialMs = monotonicNow() + trialIntervalMs(state);
    if (isSame) this.#listener.onTrialFailed();
    else this.#change(state);
  }

  /** When `admits` allows the next trial, on the monotonic clock. */
  get nextTrialMs(): number {
    return this.#nextTrialMs;
  }

  /** Whether only a trial can tell that submits may go again. */
  get waitsForTrial(): boolean {
    return this.#state.open && CHECK_INTERVAL_MS[this.#state.reason] === undefined;
  }

  /** Whether `admits` would allow a trial now. */
  get isTrialDue(): boolean {
    return this.waitsForTrial && !this.#isTrialUnderWay && monotonicNow() >= this.#nextTrialMs;
  }

  /** Whether a job may be submitted. `trial` takes the one try, now and then, that an open circuit allows where only a try can tell. */
  admit(): 'yes' | 'trial' | 'no' {
    if (!this.#state.open) return 'yes';
    if (!this.isTrialDue) return 'no';
    this.#nextTrialMs = monotonicNow() + trialIntervalMs(this.#state);
    this.#isTrialUnderWay = true;
    return 'trial';
  }

  /** Whether a job was let through by `admits` and hasn't told yet what it met. */
  get isTrialUnderWay(): boolean {
    return this.#isTrialUnderWay;
  }

  /**
   * Says what a trial met, unless it tripped the circuit again: `passed` closes it; `untold` (a 429, a 5xx, no connection)
   * allows the next one at once.
   */
  endTrial(met: 'passed' | 'untold'): void {
    if (!this.#isTrialUnderWay) return;
    this.#isTrialUnderWay = false;
    if (met === 'passed') this.#change({ open: false });
    else this.#allowTrial();
  }

  /** The trial that `admits` allowed is not made: another process makes it. */
  dropTrial(): void {
    this.#isTrialUnderWay = false;
  }

  /** Remembers what an image cost (US$). */
  recordCost(costUsd: number): void {
    this.#costsUsd.push(costUsd);
    if (this.#costsUsd.length > KEPT_COSTS) this.#costsUsd.shift();
  }

  /** What the next image may cost, US$: the dearest of the last 20, 0.05 until one is known. */
  get neededUsd(): number {
    return this.#costsUsd.length === 0 ? UNKNOWN_COST_USD : Math.max(...this.#costsUsd);
  }

  /** Asks at once what is else asked every few minutes, or allows a trial at once. True when a submit may go now. */
  async checkAgain(): Promise<boolean> {
    if (!this.#state.open) return true;
    if (CHECK_INTERVAL_MS[this.#state.reason] === undefined) {
      this.#allowTrial();
      return true;
    }
    await this.#checkCredits();
    return !this.#state.open;
  }

  /** Takes over the state that an earlier process left; what can be asked is asked at once. */
  restore(state: CircuitState, nextTrialMs: number): void {
    this.#state = state;
    this.#nextTrialMs = nextTrialMs;
    this.#scheduleCheck(0);
  }

  /**
   * Takes over the state that another process has stored meanwhile.
   * @returns whether that is a change of the state
   */
  adopt(state: CircuitState, nextTrialMs: number): boolean {
    if (this.#closing.signal.aborted) return false;
    this.#nextTrialMs = nextTrialMs;
    const isSame = state.open ? this.#state.open && this.#state.reason === state.reason : !this.#state.open;
    if (isSame) return false;
    this.#state = state;
    if (!state.open) this.#isTrialUnderWay = false;
    this.#scheduleCheck();
    return true;
  }

  /** Leaves nothing scheduled; the state stays as it is. */
  close(): void {
    this.#cancelCheck?.();
    this.#closing.abort(new Error('the circuit is closed down'));
  }

  #allowTrial(): void {
    this.#nextTrialMs = monotonicNow();
    this.#listener.onTrialAllowed();
  }

  #change(state: CircuitState): void {
    this.#state = state;
    this.#isTrialUnderWay = false;
    this.#scheduleCheck();
    this.#listener.onChange(state);
  }

  #scheduleCheck(ms?: number): void {
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
    const intervalMs = this.#state.open ? CHECK_INTERVAL_MS[this.#state.reason] : undefined;
    if (intervalMs === undefined || this.#closing.signal.aborted) return;
    this.#cancelCheck = later(ms ?? intervalMs, () => void this.#checkCredits());
  }

  #checkCredits(): Promise<void> {
    this.#check ??= this.#askCredits().finally(() => {
      this.#check = undefined;
    });
    return this.#check;
  }

  async #askCredits(): Promise<void> {
    const asked = this.#state;
    let isCleared = false;
    try {
      const { creditsUsd, freeCreditsUsd } = await this.#getCredits({ signal: this.#closing.signal });
      isCleared = asked.open && (asked.reason === 'unauthorized' || creditsUsd + freeCreditsUsd >= this.neededUsd);
    } catch {
      // No answer clears nothing: the circuit stays open and asks again.
    }
    // A newer reason may have come up while the answer was on its way.
    if (isCleared && this.#state === asked && !this.#closing.signal.aborted) this.#change({ open: false });
    else this.#scheduleCheck();
  }
}

/** An outage of something between may be over in a minute: trials after 1 and 2 minutes, then every 5; else every 15. */
function trialIntervalMs({ reason, sinceMs }: Extract<CircuitState, { open: true }>): number {
  if (reason !== 'gateway_trouble') return TRIAL_INTERVAL_MS;
  const openMs = monotonicNow() - sinceMs;
  if (openMs < 60_000) return 60_000;
  return openMs < 180_000 ? 120_000 : 300_000;
}
