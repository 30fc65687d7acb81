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

/** As long as the longest pause, and its jitter. */
const LONGEST_HOLD_MS = MAX_PAUSE_MS + 5_000;

interface PermitsOptions {
  readonly ledger: Pick<SubmitLedger, 'load' | 'grant' | 'revoke' | 'settle' | 'withdraw' | 'hasGatewayTrouble'>;
  readonly holds: Pick<SubmitHoldStore, 'load' | 'saveCircuit' | 'allowTrial' | 'pause'>;
  readonly limiter: Pick<SubmitLimiter, 'acquire'>;
  readonly circuit: Circuit;
  /** Where several processes share the budget. */
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

/** May a POST go now? Every POST needs a permit from here. */
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

  /** From here on, `onChange` is called whenever a permit may be granted that could not be before, or the reason to wait has changed. */
  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  /** Reads what an earlier process has sent, and what held it. To be called once, before the first request. */
  async restore(): Promise<void> {
    const { ledger, holds, circuit } = this.#options;
    await ledger.load();
    const hold = await holds.load();
    circuit.restore(hold.circuit, hold.nextTrialMs);
    this.#pauseUntil(hold.pausedUntilMs);
  }

  /** Takes over what other processes have stored meanwhile. */
  adopt({ circuit: state, nextTrialMs, pausedUntilMs }: SubmitHold): void {
    const { circuit, log } = this.#options;
    this.#pauseUntil(pausedUntilMs);
    if (circuit.adopt(state, nextTrialMs))
      log.warn({ circuit: state }, state.open ? 'submits stopped by another process' : 'submits resumed');
    this.#onChange();
  }

  /** Why no POST may go at the moment; undefined when nothing is known that holds it. */
  get waitReason(): WaitReason | undefined {
    const { state } = this.#options.circuit;
    return state.open ? { name: 'stopped', reason: state.reason } : this.#held?.because;
  }

  /** Whether asking for a permit could succeed now. */
  get canRequest(): boolean {
    const { circuit, maxInFlight } = this.#options;
    return this.#held === undefined && this.#inFlight.size < maxInFlight && (!circuit.state.open || circuit.isTrialDue);
  }

  /** How many jobs of this process are submitted and not finished. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /**
   * Waits for a permit to be real, and only then asks which job gets it. To be asked for one at a time.
   * @param choose the job whose turn it is; undefined when none waits any more
   * @throws what storing throws, and when the process stops
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
        const { postId, askedAtMs } = entry;
        this.#granted.set(job.id, { postId, askedAtMs, isTrial, queued: job.state, release });
        isGranted = true;
        this.#options.fairDelay?.notePost();
      }
      return this.#answer(entry);
    } finally {
      if (!isGranted) release();
    }
  }

  /** Hands over the permit of a job, once; undefined when this process has granted none. */
  take(jobId: string): Permit | undefined {
    const permit = this.#granted.get(jobId);
    this.#granted.delete(jobId);
    return permit;
  }

  /**
   * Notes how the POST of a permit was answered.
   * @param hasPassed whether that shows that submits work
   */
  async settle(permit: Permit, outcome: PostOutcome, hasPassed: boolean): Promise<void> {
    const { ledger, circuit, log, signal } = this.#options;
    await retryWhileBusy(() => ledger.settle(permit.postId, outcome), log, signal);
    const { state } = circuit;
    if (outcome === 'foreign' && (await retryWhileBusy(() => ledger.hasGatewayTrouble(), log, signal)))
      circuit.open('gateway_trouble');
    // Such a trial may have cost something: the next one waits its time.
    else if (permit.isTrial && state.open && (outcome === 'foreign' || outcome === 'unknown'))
      circuit.open(state.reason);
    if (permit.isTrial) circuit.endTrial(hasPassed ? 'passed' : 'untold');
  }

  /** Takes back a permit whose POST surely was not sent. */
  async withdraw(permit: Permit): Promise<void> {
    const { ledger, circuit, log, signal } = this.#options;
    if (permit.isTrial) circuit.endTrial('untold');
    await retryWhileBusy(() => ledger.withdraw(permit.postId), log, signal);
  }

  /** Holds the submits of all processes for so long, in milliseconds. */
  async pause(ms: number): Promise<void> {
    this.#pauseUntil(monotonicNow() + ms);
    await this.#options.holds.pause(ms);
  }

  /** Grants nothing for so long, in milliseconds; other processes may. */
  hold(ms: number): void {
    this.#holdUntil(monotonicNow() + ms, { name: 'in_flight_limit' });
  }

  /** Counts a job that an earlier process submitted as in flight. */
  countInFlight(jobId: string): void {
    this.#inFlight.add(jobId);
  }

  /** The job no longer counts as in flight: it is back in the queue, overdue, delivered or ended. A second call does nothing. */
  release(jobId: string): void {
    this.take(jobId)?.release();
    if (this.#inFlight.delete(jobId)) this.#onChange();
  }

  async #grant(job: JobIn<'queued'>, isTrial: boolean): Promise<GrantResult> {
    const { ledger, circuit, requestsPerMinute, maxInFlight, log, signal } = this.#options;
    this.#inFlight.add(job.id);
    // The hold as it is when the permit is granted: another POST may meet a 429 meanwhile.
    const getHold = () => ({
      circuit: circuit.state,
      nextTrialMs: circuit.nextTrialMs,
      pausedUntilMs: this.#pausedUntilMs,
    });
    const limits = {
      requestsPerMinute,
      mayBeInFlightElsewhere: maxInFlight - this.#inFlight.size,
      isTrial,
      ...(isTrial ? { trialIntervalMs: circuit.nextTrialMs - monotonicNow() } : {}),
      getHold,
    };
    try {
      const entry = await retryWhileBusy(() => ledger.grant(job, limits), log, signal);
      if (entry.name === 'granted' && signal.aborted) {
        // Nobody sends this POST any more, and at the next start it would pass for one that may have been sent.
        await ledger.revoke(entry, job);
        signal.throwIfAborted();
      }
      if (entry.name !== 'granted') this.#inFlight.delete(job.id);
      if (isTrial && entry.name === 'stopped') circuit.dropTrial();
      else if (isTrial && entry.name !== 'granted') circuit.endTrial('untold');
      return entry;
    } catch (error) {
      this.#inFlight.delete(job.id);
      if (isTrial) circuit.endTrial('untold');
      throw error;
    }
  }

  #answer(entry: GrantResult): PermitAnswer {
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

  /** Grants nothing until then; the later of two holds wins. */
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
