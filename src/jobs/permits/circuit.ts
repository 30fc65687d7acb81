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

/** Free of charge; shows whether the key works and the balance suffices. */
export type GetCredits = (options: { signal: AbortSignal }) => Promise<Credits>;

export interface CircuitListener {
  /** Called after every change of the state, except by `restore` and `adopt`. */
  onChange(state: CircuitState): void;
  /** Called when a trial failed for the same reason as before: only the time of the next one has changed. */
  onTrialFailed(): void;
  /** Called when a trial may be made at once. */
  onTrialAllowed(): void;
}

const NO_LISTENER: CircuitListener = { onChange() {}, onTrialFailed() {}, onTrialAllowed() {} };

/** The reasons that `get-user-credits` can clear, and how often it is called; the others need a trial. */
const CHECK_INTERVAL_MS: Partial<Record<StopReason, number>> = { credits: 120_000, unauthorized: 300_000 };
/** The longest time between two trials. */
export const TRIAL_INTERVAL_MS = 900_000;
const KEPT_COSTS = 20;
const UNKNOWN_COST_USD = 0.05;

/** Why an error stops all submits; undefined when it is about one job only. */
export function reasonOf(error: unknown): StopReason | undefined {
  if (error instanceof InsufficientCredits) return 'credits';
  if (error instanceof SpendLimitReached) return 'spend_limit';
  if (error instanceof Unauthorized) return 'unauthorized';
  if (error instanceof ModelForbidden) return 'forbidden';
  if (error instanceof ModelNotFound) return 'model_not_found';
  if (error instanceof ModelRetired) return 'model_retired';
  return undefined;
}

/** A circuit breaker: open while every submit would be refused, for lack of credits or because of a wrong configuration. */
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

  watch(listener: CircuitListener): void {
    this.#listener = listener;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Opens the circuit if the error is a reason to; if it is already open, it keeps its time and takes the new reason. */
  trip(error: unknown): void {
    const reason = reasonOf(error);
    if (reason !== undefined) this.open(reason);
  }

  /** Opens the circuit; if it is already open, it keeps its time and takes the new reason. */
  open(reason: StopReason): void {
    if (this.#closing.signal.aborted) return;
    const isSame = this.#state.open && this.#state.reason === reason;
    const state = { open: true, reason, sinceMs: this.#state.open ? this.#state.sinceMs : monotonicNow() } as const;
    this.#isTrialUnderWay = false;
    this.#nextTrialMs = monotonicNow() + trialIntervalMs(state);
    if (isSame) this.#listener.onTrialFailed();
    else this.#change(state);
  }

  /** When `admit` allows the next trial, on the monotonic clock. */
  get nextTrialMs(): number {
    return this.#nextTrialMs;
  }

  /** Whether only a trial can show that submits work again. */
  get waitsForTrial(): boolean {
    return this.#state.open && CHECK_INTERVAL_MS[this.#state.reason] === undefined;
  }

  /** Whether `admit` would allow a trial now. */
  get isTrialDue(): boolean {
    return this.waitsForTrial && !this.#isTrialUnderWay && monotonicNow() >= this.#nextTrialMs;
  }

  /** Whether a job may be submitted. `trial` takes the one try that an open circuit allows from time to time. */
  admit(): 'yes' | 'trial' | 'no' {
    if (!this.#state.open) return 'yes';
    if (!this.isTrialDue) return 'no';
    this.#nextTrialMs = monotonicNow() + trialIntervalMs(this.#state);
    this.#isTrialUnderWay = true;
    return 'trial';
  }

  get isTrialUnderWay(): boolean {
    return this.#isTrialUnderWay;
  }

  /**
   * Ends a trial, unless it tripped the circuit again: `passed` closes the circuit; `inconclusive` (a 429, a 5xx, no connection)
   * allows the next trial at once.
   */
  endTrial(outcome: 'passed' | 'inconclusive'): void {
    if (!this.#isTrialUnderWay) return;
    this.#isTrialUnderWay = false;
    if (outcome === 'passed') this.#change({ open: false });
    else this.#allowTrial();
  }

  /** Forgets the trial that `admit` allowed: another process makes it. */
  dropTrial(): void {
    this.#isTrialUnderWay = false;
  }

  /** Remembers the cost of an image in US$. */
  recordCost(costUsd: number): void {
    this.#costsUsd.push(costUsd);
    if (this.#costsUsd.length > KEPT_COSTS) this.#costsUsd.shift();
  }

  /** What the next image may cost, in US$: the highest of the last 20 costs; 0.05 while none is known. */
  get neededUsd(): number {
    return this.#costsUsd.length === 0 ? UNKNOWN_COST_USD : Math.max(...this.#costsUsd);
  }

  /** Checks the credits now, or allows a trial now. True when a job may be submitted. */
  async checkAgain(): Promise<boolean> {
    if (!this.#state.open) return true;
    if (CHECK_INTERVAL_MS[this.#state.reason] === undefined) {
      this.#allowTrial();
      return true;
    }
    await this.#checkCredits();
    return !this.#state.open;
  }

  /** Takes over the state of an earlier process; checks the credits at once if they are the reason. */
  restore(state: CircuitState, nextTrialMs: number): void {
    this.#state = state;
    this.#nextTrialMs = nextTrialMs;
    this.#scheduleCheck(0);
  }

  /**
   * Takes over the state that another process has stored.
   * @returns whether that changes the state
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
    this.#closing.abort(new Error('The circuit was shut down.'));
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
    const checked = this.#state;
    let isCleared = false;
    try {
      const { creditsUsd, freeCreditsUsd } = await this.#getCredits({ signal: this.#closing.signal });
      isCleared = checked.open && (checked.reason === 'unauthorized' || creditsUsd + freeCreditsUsd >= this.neededUsd);
    } catch {
      // The circuit stays open, and the next check is scheduled.
    }
    // There may be a new reason by now.
    if (isCleared && this.#state === checked && !this.#closing.signal.aborted) this.#change({ open: false });
    else this.#scheduleCheck();
  }
}

/** Every 15 minutes. A gateway's outage may be short: trials after 1 and 2 minutes, then every 5. */
function trialIntervalMs({ reason, sinceMs }: Extract<CircuitState, { open: true }>): number {
  if (reason !== 'gateway_trouble') return TRIAL_INTERVAL_MS;
  const openMs = monotonicNow() - sinceMs;
  if (openMs < 60_000) return 60_000;
  return openMs < 180_000 ? 120_000 : 300_000;
}
