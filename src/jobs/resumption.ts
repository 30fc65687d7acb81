import type { JobDependencies } from './dependencies.ts';
import type { Job, JobIn } from './job.ts';
import type { SubmitHold } from './permits/hold.ts';
import type { SubmitLedger } from './permits/ledger.ts';
import type { Peers } from './single-process.ts';

export interface ResumptionOptions {
  readonly dependencies: JobDependencies;
  readonly ledger: Pick<SubmitLedger, 'settleLost'>;
  readonly peers: Peers;
  /** Called with a job of an earlier process that is dropped, since its interaction was never acknowledged. */
  readonly onDropped: (job: Job) => void;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Resumes the unfinished jobs of processes that have ended. Sends no POST for a job that may already have been submitted. */
export class JobResumption {
  readonly #options: ResumptionOptions;
  readonly #run: (job: Job) => Promise<void>;

  /** @param run runs a job through its stages; never rejects */
  constructor(options: ResumptionOptions, run: (job: Job) => Promise<void>) {
    this.#options = options;
    this.#run = run;
  }

  /** Resumes the jobs that no living process owns, and from then on those of other processes that end. */
  async start(): Promise<void> {
    const { dependencies, peers } = this.#options;
    const { permits } = dependencies;
    await permits.restore();
    await this.#resumeFree('resuming');
    peers.watch({
      onHold: (hold: SubmitHold) => permits.adopt(hold),
      takeOver: () => this.#resumeFree('taking over jobs of another process'),
    });
  }

  async #resumeFree(message: string): Promise<void> {
    const { dependencies, peers, ledger, signal } = this.#options;
    const { store, log, onEvent } = dependencies;
    if (signal.aborted) return;
    const jobs = await peers.claimFree((id, error) => log.error({ err: error, job: id }, 'stored job unreadable'));
    // When this process ends, the jobs that it has just claimed are free again.
    if (jobs.length === 0 || signal.aborted) return;
    log.info({ jobs: jobs.length }, message);
    for (const job of jobs) onEvent({ name: 'resumed', job });
    const begun = jobs.filter(({ state }) => state.name !== 'queued');
    for (const job of begun) void this.#resume(job);
    store
      .retry(() => ledger.settleLost(begun.map(({ id }) => id)), signal)
      .catch((error: unknown) => log.warn({ err: error }, 'submit ledger not updated for lost POSTs'));
    this.#resumeQueued(jobs.filter(isQueued));
  }

  /** Resumes a job; retries, once, to deliver images that an earlier process could not deliver. */
  async #resume(job: Job): Promise<void> {
    const { state } = job;
    if (state.name !== 'failed' || !state.rendered || state.isRetried) return this.#run(job);
    const { dependencies, signal } = this.#options;
    const { store, log } = dependencies;
    try {
      const reopened = await store.retry(() => store.reopen({ ...job, state }), signal);
      if (reopened) await this.#run(reopened);
    } catch (error) {
      if (!signal.aborted) log.error({ err: error, job: job.id }, 'undelivered images not retried');
    }
  }

  /** Queues jobs again, in their old order; drops those whose interaction was never acknowledged. */
  #resumeQueued(jobs: readonly JobIn<'queued'>[]): void {
    const { queue, log } = this.#options.dependencies;
    let previous: Promise<unknown> = Promise.resolve();
    for (const job of jobs) {
      queue.reservePlace(job, job.state.queuedAtMs);
      const earlier = previous;
      previous = this.#isAwaited(job)
        .then(async (isAwaited) => {
          await earlier;
          if (isAwaited) void this.#run(job);
          else await this.#drop(job);
        })
        .catch((error: unknown) => {
          queue.forget(job.id);
          log.error({ err: error, job: job.id }, 'queued job not resumed');
        });
    }
  }

  async #isAwaited(job: Job): Promise<boolean> {
    return job.messageIds.length > 0 || this.#options.dependencies.delivery.wasAcknowledged(job);
  }

  async #drop(job: Job): Promise<void> {
    const { dependencies, onDropped, signal } = this.#options;
    const { store, queue } = dependencies;
    queue.forget(job.id);
    await store.retry(() => store.remove(job.id), signal);
    onDropped(job);
  }
}

function isQueued(job: Job): job is JobIn<'queued'> {
  return job.state.name === 'queued';
}
