import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Database } from '../storage/database.ts';
import { nextTurn, wait } from '../time.ts';
import { bringPictures, bringStored } from './bring.ts';
import type { Ending } from './delivery.ts';
import { Dispatcher } from './dispatch.ts';
import { end, tellEnd } from './end.ts';
import type { StopReason } from './failure.ts';
import { awaitResult, type Rendered } from './follow.ts';
import { hasEnded, type Job, type JobRequest, type StateOf } from './job.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';
import type { SubmitOutcome } from './submit.ts';

/** Jobs that hold their pictures in memory at once; each picture may have 32 MiB. */
const HANDS = 4;
/** How long a stop waits for POSTs and deliveries under way. */
const STOP_GRACE_MS = 8_000;

/** Why no new job is taken at present. */
export type Refusal =
  | { readonly name: 'full'; readonly minutes: number }
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'restarting' };

interface Joining {
  readonly request: JobRequest;
  /** By whom it was cancelled meanwhile, if it was. */
  cancelledBy: string | undefined;
}

/** Lives every job's life, from the line to its end. */
export class JobRunner {
  readonly #parts: JobParts;
  readonly #dispatcher: Dispatcher;
  readonly #hands = pLimit(HANDS);
  readonly #accepting = new Set<string>();
  /** Those who are about to join the line, by id: once it is known that somebody waits for them. */
  readonly #joining = new Map<string, Joining>();
  /** POSTs and deliveries under way, which a stop waits for. */
  readonly #delicate = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();

  constructor(parts: JobParts) {
    this.#parts = parts;
    // Every job that is polled waits with this signal, and Node takes more than ten listeners for a leak.
    setMaxListeners(0, this.#stopping.signal);
    this.#dispatcher = new Dispatcher({
      parts,
      signal: this.#stopping.signal,
      onOutcome: (outcome) => this.#live(outcome.job, () => this.#goOn(outcome)),
      onUnsubmitted: (job, ending) => this.#endWaiting(job, ending),
      onBroken: (job, error) => this.#live(job, () => Promise.reject(error)),
      guard: (work) => this.#guard(work),
    });
  }

  /** Whether a new job would be taken now. */
  refusal(): Refusal | undefined {
    const { circuit, requestsPerMinute } = this.#parts;
    const { waiting } = this.#dispatcher;
    if (this.#stopping.signal.aborted) return { name: 'restarting' };
    if (circuit.state.open && !circuit.isTrialDue) return { name: 'stopped', reason: circuit.state.reason };
    if (!waiting.isFull) return undefined;
    return { name: 'full', minutes: Math.max(1, Math.ceil(waiting.size / requestsPerMinute)) };
  }

  /**
   * Takes a job: keeps it while the acknowledgement is sent, and lets it join the line when both have succeeded.
   * @param alongside stores what belongs to the job, in the same transaction
   * @returns `not_stored` when the member must be told that nothing was started; `duplicate` when this interaction is known
   * @throws what `acknowledge` throws; then nothing is kept
   */
  async accept(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
    alongside?: (db: Database['db']) => Promise<void>,
  ): Promise<'accepted' | 'not_stored' | 'duplicate'> {
    if (this.#accepting.has(request.interactionId)) return 'duplicate';
    this.#accepting.add(request.interactionId);
    let isKept = false;
    const keep = async () => {
      const job = await this.#keep(request, acknowledge, alongside);
      isKept = job !== undefined;
      if (job) this.#parts.onEvent({ name: 'accepted', job });
      return job;
    };
    try {
      const joined = await this.#dispatcher.waiting.join(this.#unlessCancelled(request, keep));
      if (joined) this.#dispatcher.refresh();
      return isKept ? 'accepted' : 'not_stored';
    } finally {
      this.#accepting.delete(request.interactionId);
    }
  }

  find(id: string): Promise<Job | undefined> {
    return this.#parts.store.get(id);
  }

  /** Ends a job that waits in line, uncharged. False when it doesn't wait there: what was submitted can't be stopped. */
  cancel(id: string, cancelledBy: string): boolean {
    const joining = this.#joining.get(id);
    if (joining) {
      joining.cancelledBy = cancelledBy;
      return true;
    }
    const job = this.#dispatcher.waiting.remove(id);
    if (!job) return false;
    this.#endWaiting(job, { name: 'cancelled', cancelledBy });
    this.#dispatcher.refresh();
    return true;
  }

  /** The jobs of a server that wait in line, or are about to. */
  waitingIn(guildId: string): Pick<Job, 'id' | 'requesterId'>[] {
    const joining = [...this.#joining.values()].map(({ request }) => request);
    return [...this.#dispatcher.waiting.inOrder(), ...joining].filter((job) => job.guildId === guildId);
  }

  /** How many jobs wait in line, and how many are submitted and not finished. */
  get load(): { readonly waiting: number; readonly inFlight: number } {
    return { waiting: this.#dispatcher.waiting.size, inFlight: this.#dispatcher.inFlight };
  }

  /** To be called whenever the circuit opens or closes. */
  onCircuitChange(): void {
    this.#dispatcher.onCircuitChange();
  }

  /**
   * Takes up every job that an earlier process left, each where it stands. No POST is sent for one that may have had its own.
   * Needs no connection to the gateway.
   */
  async resume(): Promise<void> {
    const { store, log, onEvent } = this.#parts;
    const jobs = await store.unfinished((id, error) =>
      log.error({ err: error, job: id }, 'a stored job is unreadable'),
    );
    if (jobs.length > 0) log.info({ jobs: jobs.length }, 'resuming');
    for (const job of jobs) onEvent({ name: 'resumed', job });
    for (const job of jobs) if (job.state.name !== 'queued') this.#live(job, () => this.#resumeOne(job));
    this.#dispatcher.onCircuitChange();
    this.#resumeLine(jobs).catch((error: unknown) => log.error({ err: error }, 'the line was not resumed'));
  }

  /** Takes, submits and polls nothing any more, and waits up to 8 s for POSTs and deliveries under way. The rest goes on at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The process is stopping.'));
    const grace = new AbortController();
    const settled = Promise.allSettled(this.#delicate).finally(() => grace.abort());
    await Promise.race([settled, wait(STOP_GRACE_MS, grace.signal).catch(() => {})]);
  }

  /** Runs what leads into the line; who is cancelled meanwhile ends instead of joining. */
  async #unlessCancelled(request: JobRequest, enter: () => Promise<Job | undefined>): Promise<Job | undefined> {
    const joining: Joining = { request, cancelledBy: undefined };
    this.#joining.set(request.id, joining);
    try {
      const job = await enter();
      if (!job || joining.cancelledBy === undefined) return job;
      this.#endWaiting(job, { name: 'cancelled', cancelledBy: joining.cancelledBy });
      return undefined;
    } finally {
      this.#joining.delete(request.id);
    }
  }

  async #keep(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
    alongside?: (db: Database['db']) => Promise<void>,
  ): Promise<Job | undefined> {
    const { store, log } = this.#parts;
    // The acknowledgement first: it has 3 s, and the database holds the process up while it writes.
    const [acknowledged, stored] = await Promise.allSettled([
      acknowledge(),
      nextTurn().then(() => store.insert(request, alongside)),
    ]);
    const job = stored.status === 'fulfilled' ? stored.value : undefined;
    if (acknowledged.status === 'rejected') {
      if (job) await untilStored(() => store.remove(job.id), log, this.#stopping.signal);
      throw acknowledged.reason;
    }
    const reason: unknown = stored.status === 'rejected' ? stored.reason : new Error('The interaction is known.');
    if (!job) log.error({ err: reason, job: request.id }, 'a job was not stored');
    return job;
  }

  #goOn(outcome: Extract<SubmitOutcome, { name: 'submitted' | 'rendered' | 'ended' }>): Promise<void> {
    switch (outcome.name) {
      case 'submitted':
        return this.#follow(outcome);
      case 'rendered':
        return this.#bring({ ...outcome, images: outcome.result.images });
      case 'ended':
        return tellEnd(this.#parts, outcome.job, outcome.ending, this.#stopping.signal);
      default:
        return outcome satisfies never;
    }
  }

  async #follow(submitted: { readonly job: Job; readonly state: StateOf<'submitted'> }): Promise<void> {
    const release = () => this.#dispatcher.release(submitted.job.id);
    try {
      const rendered = await awaitResult(this.#parts, submitted, release, this.#stopping.signal);
      if (rendered) await this.#bring(rendered);
    } finally {
      release();
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
      this.#dispatcher.release(job.id);
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
        this.#dispatcher.countInFlight(job.id);
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

  /** Lets those who waited wait again, in their old order; a press that was never acknowledged is dropped silently. */
  async #resumeLine(jobs: readonly Job[]): Promise<void> {
    const { store, delivery, onDropped } = this.#parts;
    const { waiting } = this.#dispatcher;
    const confirmed = jobs.map(async (job) => {
      if (job.state.name !== 'queued') return undefined;
      const { isFirst } = job.state;
      const joining: Joining = { request: job, cancelledBy: undefined };
      this.#joining.set(job.id, joining);
      const isWaitedFor = job.messageIds.length > 0 || (await delivery.wasAcknowledged(job));
      if (!isWaitedFor) {
        this.#joining.delete(job.id);
        await store.remove(job.id);
        onDropped(job);
      }
      return isWaitedFor ? { job, isFirst, joining } : undefined;
    });
    for (const confirmation of confirmed) {
      const back = await confirmation;
      if (!back) continue;
      const { job, isFirst, joining } = back;
      this.#joining.delete(job.id);
      if (joining.cancelledBy !== undefined)
        this.#endWaiting(job, { name: 'cancelled', cancelledBy: joining.cancelledBy });
      else if (isFirst) waiting.addFirst(job);
      else waiting.add(job);
    }
    this.#dispatcher.refresh();
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
        await end(this.#parts, current, brokenEnding(current), signal);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error, job: job.id }, 'a broken job was not ended');
      });
  }
}

/** How a job ends around which something of ours broke: what was being sent, or was sent, may have been paid for. */
function brokenEnding({ state }: Job): Extract<Ending, { name: 'failed' | 'unknown' }> {
  if (state.name === 'submitting') return { name: 'unknown' };
  return { name: 'failed', failure: { kind: state.name === 'queued' ? 'not_submitted' : 'internal' } };
}
