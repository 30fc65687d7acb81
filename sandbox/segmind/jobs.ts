import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationsOf, type UsualDurations } from './durations.ts';
import type { FailureReason, FaultEffect } from './faults.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { priceUsd } from './price.ts';
import { enlarge, renderImage } from './render.ts';
import type { ResultShape } from './result-shape.ts';
import { Warmth } from './warmth.ts';

/** One request, from the submit to its result. Times are ms since the epoch. */
export interface Job {
  readonly requestId: string;
  readonly submittedAtMs: number;
  readonly parameters: Parameters | undefined;
  state: 'QUEUED' | 'PROCESSING' | 'COMPLETED' | 'FAILED';
  startedAtMs?: number;
  endedAtMs?: number;
  /** How long the render takes by plan; set when it starts. */
  renderMs?: number;
  /** The fields of the answer that say why it fails or has failed. */
  failure?: Record<string, unknown>;
  images: Buffer[];
  resultShape?: ResultShape;
  costUsd: number;
  remainingCreditsUsd?: number;
  /** Whether its links point to the second image host. */
  onSecondHost: boolean;
  /** Before and after this time span, its status and result answer 404. */
  knownFromMs: number;
  knownUntilMs: number;
}

export interface JobTimes extends UsualDurations {
  retentionMs: number;
  coldStartMs: number;
  coldAfterMs: number;
}

/** All jobs, and the account that pays for them. */
export class Jobs {
  creditsUsd: number;
  readonly warmth: Warmth;
  private readonly times: JobTimes;
  private readonly jobs = new Map<string, Job>();
  private readonly closing = new AbortController();
  private held: { promise: Promise<void>; open: () => void } | undefined;

  constructor(times: JobTimes, creditsUsd: number) {
    this.times = times;
    this.warmth = new Warmth(times);
    this.creditsUsd = creditsUsd;
    // Every waiting job adds a listener, and Node warns of a leak beyond ten.
    setMaxListeners(0, this.closing.signal);
  }

  /** How many jobs are queued or rendering. */
  get activeCount(): number {
    return [...this.jobs.values()].filter((job) => job.endedAtMs === undefined).length;
  }

  /** Adds a job and runs it; `ended` resolves when it has succeeded or failed, and never if the sandbox closes first. */
  add(body: Record<string, unknown>, fault: FaultEffect | undefined): { job: Job; ended: Promise<void> } {
    const read = readParameters(body);
    const nowMs = Date.now();
    const job: Job = {
      requestId: this.newRequestId(),
      submittedAtMs: nowMs,
      parameters: 'parameters' in read ? read.parameters : undefined,
      state: 'QUEUED',
      images: [],
      onSecondHost: fault !== undefined && 'secondImageHost' in fault,
      knownFromMs: nowMs + (fault && 'unknownForMs' in fault ? fault.unknownForMs : 0),
      knownUntilMs: nowMs + this.times.retentionMs,
      costUsd: 'parameters' in read ? priceUsd(read.parameters) : 0,
    };
    if (fault && 'resultShape' in fault) job.resultShape = fault.resultShape;
    if (fault && 'failInference' in fault) job.failure = failureOf(fault.failInference);
    if ('problem' in read) job.failure = failureOf(read.problem);
    this.jobs.set(job.requestId, job);
    const ended = new Promise<void>((resolve, reject) => {
      this.run(job, fault).then(resolve, (error) => {
        if (!this.closing.signal.aborted) reject(error);
      });
    });
    return { job, ended };
  }

  /** Applies a scripted fault to an existing job. */
  apply(fault: FaultEffect, job: Job): void {
    if ('failInference' in fault) fail(job, failureOf(fault.failInference));
    if ('resultShape' in fault) job.resultShape = fault.resultShape;
    if ('secondImageHost' in fault) job.onSecondHost = true;
    this.enlargeImages(job.requestId, fault);
  }

  /** Enlarges the images of a job permanently when the fault says so. */
  enlargeImages(requestId: string, fault: FaultEffect): void {
    const job = this.jobs.get(requestId);
    if (job && 'largeImages' in fault) job.images = job.images.map((image) => enlarge(image, fault.largeImages));
  }

  /** Finds a job, unless its retention is over or it was forgotten. */
  find(requestId: string): Job | undefined {
    const job = this.jobs.get(requestId);
    const nowMs = Date.now();
    return job && job.knownFromMs <= nowMs && nowMs < job.knownUntilMs ? job : undefined;
  }

  /** The images of a job. They stay available longer than the result, as at Segmind. */
  imagesOf(requestId: string): Buffer[] {
    return this.jobs.get(requestId)?.images ?? [];
  }

  forget(requestId: string): void {
    const job = this.jobs.get(requestId);
    if (job) job.knownUntilMs = Number.NEGATIVE_INFINITY;
  }

  hold(): void {
    if (this.held) return;
    let open = () => {};
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.held = { promise, open };
  }

  release(): void {
    this.held?.open();
    this.held = undefined;
  }

  close(): void {
    this.closing.abort();
    this.release();
  }

  /** Alternates between a UUID and 32 hex digits, since Segmind uses both. */
  private newRequestId(): string {
    const id = randomUUID();
    return this.jobs.size % 2 === 0 ? id : id.replaceAll('-', '');
  }

  private async run(job: Job, fault: FaultEffect | undefined): Promise<void> {
    const { queueMs, renderMs } = job.parameters ? durationsOf(job.parameters, this.times) : this.times;
    await this.pause(this.warmth.use(job.submittedAtMs) + queueMs);
    // A fault on its status or result may have ended it while it was queued.
    if (job.endedAtMs !== undefined) return;
    job.state = 'PROCESSING';
    job.startedAtMs = Date.now();
    if (job.parameters) job.renderMs = renderMs + (fault && 'renderLongerMs' in fault ? fault.renderLongerMs : 0);
    const images = await this.renderSamples(job);
    this.warmth.use(Date.now());
    await this.held?.promise;
    this.closing.signal.throwIfAborted();
    if (job.endedAtMs !== undefined) return;
    if (job.failure !== undefined) {
      fail(job, job.failure);
      return;
    }
    job.images = fault && 'largeImages' in fault ? images.map((image) => enlarge(image, fault.largeImages)) : images;
    job.endedAtMs = Date.now();
    job.state = 'COMPLETED';
    this.creditsUsd = Math.max(0, Math.round((this.creditsUsd - job.costUsd) * 10_000) / 10_000);
    job.remainingCreditsUsd = this.creditsUsd;
  }

  private async renderSamples({ parameters, failure, renderMs }: Job): Promise<Buffer[]> {
    if (!parameters || failure !== undefined) return [];
    const samples = Array.from({ length: parameters.samples }, (_, sample) => renderImage(parameters, sample));
    const [images] = await Promise.all([Promise.all(samples), this.pause(renderMs ?? 0)]);
    return images;
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.closing.signal });
  }
}

function failureOf(reason: FailureReason): Record<string, unknown> {
  return typeof reason === 'string' ? { error: reason } : reason;
}

function fail(job: Job, failure: Record<string, unknown>): void {
  job.failure = failure;
  job.state = 'FAILED';
  job.endedAtMs = Date.now();
}
