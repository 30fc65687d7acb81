import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { wait } from '../time.ts';
import { bringPictures, bringStored } from './bring.ts';
import type { Ending } from './delivery.ts';
import { end, tellEnd } from './end.ts';
import { awaitResult, type Rendered } from './follow.ts';
import { hasEnded, type Job, type StateOf } from './job.ts';
import type { JobParts } from './parts.ts';
import type { SubmitOutcome } from './submit.ts';

/** Jobs that hold their pictures in memory at once; each picture may have 32 MiB. */
const HANDS = 4;
/** How long a stop waits for POSTs and deliveries under way. */
const STOP_GRACE_MS = 8_000;

interface LifeOptions {
  readonly parts: JobParts;
  /** Told that a job which an earlier process submitted is under way. */
  readonly onUnderWay: (id: string) => void;
  /** Told that a job no longer counts as under way; more than once does no harm. */
  readonly onReleased: (id: string) => void;
}

/** Lives a job's life from its POST to its end, also one that another process has begun. */
export class Life {
  readonly #parts: JobParts;
  readonly #options: LifeOptions;
  readonly #hands = pLimit(HANDS);
  /** POSTs and deliveries under way, which a stop waits for. */
  readonly #delicate = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#parts = options.parts;
    // Every job that is polled waits with this signal, and Node takes more than ten listeners for a leak.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** Aborts when the process stops. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Begins nothing any more, and waits up to 8 s for POSTs and deliveries under way. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The process is stopping.'));
    const grace = new AbortController();
    const settled = Promise.allSettled(this.#delicate).finally(() => grace.abort());
    await Promise.race([settled, wait(STOP_GRACE_MS, grace.signal).catch(() => {})]);
  }

  /** Goes on after a POST. */
  afterSubmit(outcome: Extract<SubmitOutcome, { name: 'submitted' | 'rendered' | 'ended' }>): void {
    this.#live(outcome.job, () => this.#goOn(outcome));
  }

  /** Takes up a job that doesn't wait in line, where an earlier process left it. No POST is sent for one that may have had its own. */
  resume(job: Job): void {
    this.#live(job, () => this.#resume(job));
  }

  /** Ends a job that has left the line without a POST. */
  endUnsubmitted(job: Job, ending: Extract<Ending, { name: 'failed' | 'cancelled' }>): void {
    this.#live(job, () => end(this.#parts, job, ending, this.signal));
  }

  /** Ends a job around which something of ours broke. */
  endBroken(job: Job, error: unknown): void {
    this.#live(job, () => Promise.reject(error));
  }

  /** Runs what a stop has to wait for. */
  guard<T>(work: Promise<T>): Promise<T> {
    this.#delicate.add(work);
    const done = () => this.#delicate.delete(work);
    work.then(done, done);
    return work;
  }

  #goOn(outcome: Extract<SubmitOutcome, { name: 'submitted' | 'rendered' | 'ended' }>): Promise<void> {
    switch (outcome.name) {
      case 'submitted':
        return this.#follow(outcome);
      case 'rendered':
        return this.#bring({ ...outcome, images: outcome.result.images });
      case 'ended':
        return tellEnd(this.#parts, outcome.job, outcome.ending, this.signal);
      default:
        return outcome satisfies never;
    }
  }

  async #resume(job: Job): Promise<void> {
    const { state } = job;
    switch (state.name) {
      case 'submitting':
        return end(this.#parts, job, { name: 'unknown' }, this.signal);
      case 'submitted':
        this.#options.onUnderWay(job.id);
        return this.#follow({ job, state });
      case 'rendered':
      case 'delivering':
        return this.#deliver(job, () => bringStored(this.#parts, { job, state }, this.signal));
      case 'failed':
      case 'cancelled':
      case 'unknown':
        return tellEnd(this.#parts, job, state, this.signal);
      case 'delivered':
        await this.#parts.store.close(job.id);
        return this.#parts.imageFiles.remove(state.imageFiles);
      default:
        throw new Error(`A job in the state ${state.name} waits in line.`);
    }
  }

  async #follow(submitted: { readonly job: Job; readonly state: StateOf<'submitted'> }): Promise<void> {
    const release = () => this.#options.onReleased(submitted.job.id);
    try {
      const rendered = await awaitResult(this.#parts, submitted, release, this.signal);
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
    return this.#hands(() => {
      this.#options.onReleased(job.id);
      return this.signal.aborted ? Promise.reject(this.signal.reason) : this.guard(work(this.signal));
    });
  }

  /** Runs a part of a job's life by itself; should it break, the job still ends and the member is told. */
  #live(job: Job, part: () => Promise<void>): void {
    const { store, log } = this.#parts;
    part()
      .catch(async (error: unknown) => {
        if (this.signal.aborted) return;
        log.error({ err: error, job: job.id }, 'a job broke');
        const current = await store.get(job.id);
        if (!current || hasEnded(current.state)) return;
        await end(this.#parts, current, brokenEnding(current), this.signal);
      })
      .catch((error: unknown) => {
        if (!this.signal.aborted) log.error({ err: error, job: job.id }, 'a broken job was not ended');
      });
  }
}

/** How a job ends around which something of ours broke: what was being sent, or was sent, may have been paid for. */
function brokenEnding({ state }: Job): Extract<Ending, { name: 'failed' | 'unknown' }> {
  if (state.name === 'submitting') return { name: 'unknown' };
  return { name: 'failed', failure: { kind: state.name === 'queued' ? 'not_submitted' : 'internal' } };
}
