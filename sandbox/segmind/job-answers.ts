import { type Answer, json } from './answers.ts';
import type { Job } from './jobs.ts';
import { outputOf } from './output.ts';

/** The answer to a submit, with absolute URLs under `baseUrl`. */
export function accepted(job: Job, baseUrl: string): Record<string, unknown> {
  return {
    request_id: job.requestId,
    status: 'QUEUED',
    poll_url: `${baseUrl}/v1/requests/${job.requestId}`,
    ...urls(job, baseUrl),
  };
}

/** The light answer of the status URL: FAILED comes with HTTP 422. */
export function statusOf(job: Job, baseUrl: string): Answer {
  if (job.state === 'FAILED') return failed(job);
  const metrics = job.state === 'COMPLETED' ? timings(job) : {};
  return json(200, { status: job.state, request_id: job.requestId, ...urls(job, baseUrl), metrics });
}

/** What a result says besides its job. */
export interface ResultFacts {
  baseUrl: string;
  /** Where its images can be fetched without a key. */
  imagesUrl: string;
  tellsSeed: boolean;
}

/** The answer of the result URL: without output until the job has completed. */
export function resultOf(job: Job, { baseUrl, imagesUrl, tellsSeed }: ResultFacts): Answer {
  if (job.state !== 'COMPLETED') return statusOf(job, baseUrl);
  return json(200, {
    status: 'COMPLETED',
    request_id: job.requestId,
    ...(tellsSeed ? { seed: String(job.parameters?.seed) } : {}),
    ...outputOf(job, imagesUrl),
    metrics: { cost: job.costUsd, remaining_credits: job.remainingCreditsUsd, ...timings(job), retry_count: 0 },
  });
}

/** A failed inference of v2, which costs nothing. */
function failed(job: Job): Answer {
  return json(422, { status: 'FAILED', ...job.failure, metrics: timings(job) });
}

function urls(job: Job, baseUrl: string): Record<string, string> {
  const responseUrl = `${baseUrl}/v2/requests/${job.requestId}`;
  return { status_url: `${responseUrl}/status`, response_url: responseUrl };
}

/** Seconds in the queue and at work. */
export function timings(job: Job): { inference_time: number; queue_time: number; total_time: number } {
  const endedAtMs = job.endedAtMs ?? Date.now();
  const startedAtMs = job.startedAtMs ?? endedAtMs;
  return {
    inference_time: (endedAtMs - startedAtMs) / 1000,
    queue_time: (startedAtMs - job.submittedAtMs) / 1000,
    total_time: (endedAtMs - job.submittedAtMs) / 1000,
  };
}
