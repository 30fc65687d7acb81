import type { Job } from './jobs.ts';
import { outputOf } from './output.ts';
import { type HttpResponse, jsonResponse } from './responses.ts';

/** The body of an accepted submit, with absolute URLs below `baseUrl`. */
export function acceptedBody(job: Job, baseUrl: string): Record<string, unknown> {
  return {
    request_id: job.requestId,
    status: 'QUEUED',
    poll_url: `${baseUrl}/v1/requests/${job.requestId}`,
    ...requestUrls(job, baseUrl),
  };
}

/** The response of the status URL, without output: FAILED comes with HTTP 422. */
export function statusResponse(job: Job, baseUrl: string): HttpResponse {
  if (job.state === 'FAILED') return failedResponse(job);
  const metrics = job.state === 'COMPLETED' ? timings(job) : {};
  return jsonResponse(200, { status: job.state, request_id: job.requestId, ...requestUrls(job, baseUrl), metrics });
}

/** What a result depends on, besides its job. */
export interface ResultFacts {
  baseUrl: string;
  /** Where its images can be downloaded without a key. */
  imagesUrl: string;
  reportsSeed: boolean;
}

/** The response of the result URL: without output until the job has completed. */
export function resultResponse(job: Job, { baseUrl, imagesUrl, reportsSeed }: ResultFacts): HttpResponse {
  if (job.state !== 'COMPLETED') return statusResponse(job, baseUrl);
  return jsonResponse(200, {
    status: 'COMPLETED',
    request_id: job.requestId,
    ...(reportsSeed ? { seed: String(job.parameters?.seed) } : {}),
    ...outputOf(job, imagesUrl),
    metrics: { cost: job.costUsd, remaining_credits: job.remainingCreditsUsd, ...timings(job), retry_count: 0 },
  });
}

/** A failed inference on v2, which costs nothing. */
function failedResponse(job: Job): HttpResponse {
  return jsonResponse(422, { status: 'FAILED', ...job.failure, metrics: timings(job) });
}

function requestUrls(job: Job, baseUrl: string): Record<string, string> {
  const responseUrl = `${baseUrl}/v2/requests/${job.requestId}`;
  return { status_url: `${responseUrl}/status`, response_url: responseUrl };
}

/** Seconds in the queue, rendering, and in total. A completed job rendered as long as planned: what this machine added isn't the GPU's. */
export function timings(job: Job): { inference_time: number; queue_time: number; total_time: number } {
  const endedAtMs = job.endedAtMs ?? Date.now();
  const startedAtMs = job.startedAtMs ?? endedAtMs;
  return {
    inference_time:
      (job.state === 'COMPLETED' && job.renderMs !== undefined ? job.renderMs : endedAtMs - startedAtMs) / 1000,
    queue_time: (startedAtMs - job.submittedAtMs) / 1000,
    total_time: (endedAtMs - job.submittedAtMs) / 1000,
  };
}
