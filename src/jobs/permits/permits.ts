import type { Log } from '../../log.ts';
import { MAX_PAUSE_MS } from '../../segmind/pause.ts';
import { epochOf, later, monotonicNow } from '../../time.ts';
import type { CriticalWork } from '../critical-work.ts';
import type { PostOutcome } from '../events.ts';
import type { JobIn } from '../job.ts';
import { retryWhileBusy } from '../retry-while-busy.ts';
import type { Circuit } from './circuit.ts';
import type { FairDelay } from './fair-delay.ts';
import type { SubmitHold, SubmitHoldStore } from './hold.ts';
import type { GrantResult, SubmitLedger } from './ledger.ts';
import type { SubmitLimiter } from './limiter.ts';
import type { Permit, PermitAnswer, WaitReason } from './permit.ts';

/** The longest pause with its jitter. */
const LONGEST_HOLD_MS = MAX_PAUSE_MS + 5_000;

interface PermitsOptions {
  readonly ledger: Pick<SubmitLedger, 'load' | 'grant' | 'revoke' | 'settle' | 'withdraw' | 'hasGatewayTrouble'>;
  readonly holds: Pick<SubmitHoldStore, 'load' | 'saveCircuit' | 'allowTrial' | 'pause'>;
  readonly limiter: Pick<SubmitLimiter, 'acquire'>;
  readonly circuit: Circuit;
  /** Undefined unless several processes share the budget. */
  readonly fairDelay: FairDelay | undefined;
  readonly criticalWork: Pick<CriticalWork, 'run'>;
  /** N: POSTs in any sliding 60 s, of all processes together. */
  readonly requestsPerMinute: number;
  /** Jobs in flight at once, of all processes together. */
  readonly maxInFlight: number;
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Grants the permits that POSTs need. */
export class Permits {
  readonly #options: PermitsOptions;
  readonly #granted = new Map<string, Permit>();
  readonly #inFlight = new Set<string>();
  #held: { readonly untilMs: number; readonly because: WaitReason } | undefined;
  #pausedUntilMs = 0;
  #cancelHold = () => {};
  #onChange = () => {};

  constructor(options: PermitsOptions) {
    this.#options = options;
    const { circuit, holds, log, signal } = options;
    const save = (saved: Promise<void>) =>
      saved.catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error }, 'circuit not stored');
      });
    const saveCircuit = () => void save(holds.saveCircuit(circuit.state, circuit.nextTrialMs));
    circuit.watch({
      onChange: (state) => {
        if (state.open) log.error({ circuit: state }, 'submits stopped');
        else log.info('submits resumed');
        saveCircuit();
        this.#onChange();
      },
      onTrialFailed: saveCircuit,
      onTrialAllowed: () => {
        void save(holds.allowTrial());
        this.#onChange();
      },
    });
    signal.addEventListener('abort', () => this.#cancelHold(), { once: true });
  }

  /** @param onChange called whenever a permit may have become available, or the reason to wait has changed */
  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  /** Loads what earlier processes have sent, and what holds back submits. To be called once, before the first request. */
  async restore(): Promise<void> {
    const { ledger, holds, circuit } = this.#options;
    await ledger.load();
    const hold = await holds.load();
    circuit.restore(hold.circuit, hold.nextTrialMs);
    this.#pauseUntil(hold.pausedUntilMs);
  }

  /** Takes over what other processes have stored. */
  adopt({ circuit: state, nextTrialMs, pausedUntilMs }: SubmitHold): void {
    const { circuit, log } = this.#options;
    this.#pauseUntil(pausedUntilMs);
    if (circuit.adopt(state, nextTrialMs))
      log.warn({ circuit: state }, state.open ? 'submits stopped by another process' : 'submits resumed');
    this.#onChange();
  }

  /** Why no POST may be sent now; undefined when no reason is known. */
  get waitReason(): WaitReason | undefined {
    const { state } = this.#options.circuit;
    return state.open ? { name: 'stopped', reason: state.reason } : this.#held?.because;
  }

  /** Whether a request could succeed now. */
  get canRequest(): boolean {
    const { circuit, maxInFlight } = this.#options;
    return this.#held === undefined && this.#inFlight.size < maxInFlight && (!circuit.state.open || circuit.isTrialDue);
  }

  /** How many jobs this process has in flight. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /**
   * Waits until a permit can be granted, and only then chooses a job for it.
   * @param choose returns the next job; undefined when none is queued any more
   * @throws errors of the database, and when the process stops
   */
  async request(choose: () => JobIn<'queued'> | undefined): Promise<PermitAnswer> {
    const { circuit, limiter, criticalWork, signal } = this.#options;
    const release = await limiter.acquire();
    let isGranted = false;
    try {
      signal.throwIfAborted();
      if (!this.canRequest) return { name: 'unused' };
      const job = choose();
      if (!job) return { name: 'unused' };
      const isTrial = circuit.admit() === 'trial';
      const entry = await criticalWork.run(this.#grant(job, isTrial));
      if (entry.name === 'granted') {
        const { postId, requestedAtMs } = entry;
        this.#granted.set(job.id, { postId, requestedAtMs, isTrial, queued: job.state, release });
        isGranted = true;
        this.#options.fairDelay?.notePost();
      }
      return this.#toAnswer(entry);
    } finally {
      if (!isGranted) release();
    }
  }

  /** Returns the permit of a job, once; undefined when this process has granted none. */
  take(jobId: string): Permit | undefined {
    const permit = this.#granted.get(jobId);
    this.#granted.delete(jobId);
    return permit;
  }

  /**
   * Records the outcome of a permit's POST.
   * @param hasPassed whether it shows that submits work
   */
  async settle(permit: Permit, outcome: PostOutcome, hasPassed: boolean): Promise<void> {
    const { ledger, circuit, log, signal } = this.#options;
    await retryWhileBusy(() => ledger.settle(permit.postId, outcome), log, signal);
    const { state } = circuit;
    if (outcome === 'foreign' && (await retryWhileBusy(() => ledger.hasGatewayTrouble(), log, signal)))
      circuit.open('gateway_trouble');
    // Such a trial may have cost something, so the next one is not allowed at once.
    else if (permit.isTrial && state.open && (outcome === 'foreign' || outcome === 'unknown'))
      circuit.open(state.reason);
    if (permit.isTrial) circuit.endTrial(hasPassed ? 'passed' : 'inconclusive');
  }

  /** Takes back a permit whose POST was certainly not sent. */
  async withdraw(permit: Permit): Promise<void> {
    const { ledger, circuit, log, signal } = this.#options;
    if (permit.isTrial) circuit.endTrial('inconclusive');
    await retryWhileBusy(() => ledger.withdraw(permit.postId), log, signal);
  }

  /** Holds back the submits of all processes. */
  async pause(ms: number): Promise<void> {
    this.#pauseUntil(monotonicNow() + ms);
    await this.#options.holds.pause(ms);
  }

  /** Holds back the submits of this process. */
  hold(ms: number): void {
    this.#holdUntil(monotonicNow() + ms, { name: 'in_flight_limit' });
  }

  /** Counts a job as in flight that an earlier process submitted. */
  countInFlight(jobId: string): void {
    this.#inFlight.add(jobId);
  }

  /** Stops counting a job as in flight: it is queued again, overdue, delivered or ended. A second call does nothing. */
  release(jobId: string): void {
    this.take(jobId)?.release();
    if (this.#inFlight.delete(jobId)) this.#onChange();
  }

  async #grant(job: JobIn<'queued'>, isTrial: boolean): Promise<GrantResult> {
    const { ledger, circuit, requestsPerMinute, maxInFlight, log, signal } = this.#options;
    this.#inFlight.add(job.id);
    // Read when the permit is granted: another POST may meet a 429 before that.
    const getHold = () => ({
      circuit: circuit.state,
      nextTrialMs: circuit.nextTrialMs,
      pausedUntilMs: this.#pausedUntilMs,
    });
    const limits = {
      requestsPerMinute,
      maxInFlightElsewhere: maxInFlight - this.#inFlight.size,
      isTrial,
      ...(isTrial ? { trialIntervalMs: circuit.nextTrialMs - monotonicNow() } : {}),
      getHold,
    };
    try {
      const entry = await retryWhileBusy(() => ledger.grant(job, limits), log, signal);
      if (entry.name === 'granted' && signal.aborted) {
        // This POST won't be sent, but the next start would assume that it may have been.
        await ledger.revoke(entry, job);
        signal.throwIfAborted();
      }
      if (entry.name !== 'granted') this.#inFlight.delete(job.id);
      if (isTrial && entry.name === 'stopped') circuit.dropTrial();
      else if (isTrial && entry.name !== 'granted') circuit.endTrial('inconclusive');
      return entry;
    } catch (error) {
      this.#inFlight.delete(job.id);
      if (isTrial) circuit.endTrial('inconclusive');
      throw error;
    }
  }

  #toAnswer(entry: GrantResult): PermitAnswer {
    switch (entry.name) {
      case 'granted':
        return { name: 'granted', job: entry.job };
      case 'lost':
        return { name: 'lost' };
      case 'wait': {
        if (entry.because === 'paused') this.#pauseUntil(entry.untilMs);
        else this.#holdUntil(entry.untilMs + (this.#options.fairDelay?.next() ?? 0), { name: entry.because });
        return { name: 'wait', untilMs: entry.untilMs, because: this.waitReason ?? { name: 'budget' } };
      }
      case 'stopped': {
        this.adopt(entry.hold);
        const because = this.waitReason ?? { name: 'in_flight_limit' };
        return { name: 'wait', untilMs: undefined, because };
      }
      default:
        return entry satisfies never;
    }
  }

  #pauseUntil(untilMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
    if (untilMs > monotonicNow()) this.#holdUntil(untilMs, { name: 'paused', untilMs: epochOf(untilMs) });
  }

  /** Holds back the submits of this process; the later of two holds wins. */
  #holdUntil(untilMs: number, because: WaitReason): void {
    if (this.#options.signal.aborted || untilMs <= (this.#held?.untilMs ?? 0)) return;
    this.#held = { untilMs, because };
    this.#cancelHold();
    this.#cancelHold = later(Math.min(Math.ceil(untilMs - monotonicNow()), LONGEST_HOLD_MS), () => {
      this.#held = undefined;
      this.#onChange();
    });
  }
}
