import type { ResultShape } from './faults.ts';
import type { Job } from './jobs.ts';

/** A whole HTTP answer. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const text = Buffer.from(JSON.stringify(body));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: text };
}

/** The envelope of most errors. */
export function problem(status: number, error: string, headers: Record<string, string> = {}): Answer {
  return json(status, { error }, headers);
}

/** The envelope of the layer that checks the key. */
export function unauthorized(description: string): Answer {
  return json(401, { error: 'unauthorized', error_description: description, status_code: 401 });
}

export function htmlPage(status: number, title: string): Answer {
  const page = `<!doctype html>\n<html lang="en">\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n</html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from(page) };
}

export function tooManyRequests(resetAtMs: number): Answer {
  return problem(429, 'Too many requests. Please slow down.', {
    'x-rate-limit-reset-at-utc': new Date(resetAtMs).toISOString(),
  });
}

export function image(bytes: Buffer): Answer {
  return { status: 200, headers: { 'content-type': 'image/jpeg' }, body: bytes };
}

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

/** The answer of the result URL: without output until the job has completed. */
export function resultOf(job: Job, baseUrl: string): Answer {
  if (job.state !== 'COMPLETED') return statusOf(job, baseUrl);
  return json(200, {
    status: 'COMPLETED',
    request_id: job.requestId,
    seed: String(job.parameters?.seed),
    ...output(job, baseUrl),
    metrics: { cost: job.costUsd, remaining_credits: job.remainingCreditsUsd, ...timings(job), retry_count: 0 },
  });
}

/** Where the image can be fetched without a key. */
function imageUrl(job: Job, index: number, baseUrl: string): string {
  return `${baseUrl}/outputs/${job.requestId}-${index}.jpeg`;
}

/** The images in the shape that the request, or a fault, asks for. */
export function output(job: Job, baseUrl: string): Record<string, unknown> {
  const inline = job.images.map((bytes) => bytes.toString('base64'));
  const links = job.images.map((_, index) => imageUrl(job, index, baseUrl));
  const images = job.images.map((bytes, index) => ({
    url: links[index],
    content_type: 'image/jpeg',
    file_name: `${job.requestId}-${index}.jpeg`,
    file_size: bytes.length,
  }));
  const several = job.images.length > 1;
  const shape: ResultShape | undefined =
    job.resultShape ?? (job.parameters?.base64 ? (several ? 'base64List' : 'base64') : undefined);
  switch (shape) {
    case 'url':
      return { output: links[0] };
    case 'urls':
      return { output: links };
    case 'base64':
      return { output: inline[0] };
    case 'base64List':
      return { output: inline };
    case 'dataUri':
      return { output: `data:image/jpeg;base64,${inline[0]}` };
    case 'images':
      return { images };
    case undefined:
      return { output: several ? links : links[0], images };
    default:
      return shape satisfies never;
  }
}

/** A failed inference, which costs nothing. */
export function failed(job: Job): Answer {
  return json(422, { status: 'FAILED', error: job.error, metrics: timings(job) });
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
