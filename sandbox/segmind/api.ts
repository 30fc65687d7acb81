import type { IncomingHttpHeaders } from 'node:http';
import type { FaultEffect } from './faults.ts';
import { acceptedBody, resultResponse, statusResponse, timings } from './job-responses.ts';
import type { Job, Jobs } from './jobs.ts';
import { type CreditsWording, outOfCredits } from './out-of-credits.ts';
import { outputOf } from './output.ts';
import { malformation, readParameters, schedulerProblem } from './parameters.ts';
import { priceUsd } from './price.ts';
import type { SubmitRecord } from './records.ts';
import { errorResponse, type HttpResponse, htmlResponse, imageResponse, jsonResponse } from './responses.ts';
import type { Route } from './routes.ts';
import { unauthorized } from './unauthorized.ts';

const MODEL = 'sdxl1.0-timeless';

export interface ApiSettings {
  apiKey: string;
  baseUrl: string;
  /** The addresses of the usual image host and the second one. */
  imagesUrls: { first: string; second: string };
  reportsSeed: boolean;
  creditsWording: CreditsWording;
}

/** Segmind's endpoints, without the HTTP around them: each method returns a complete response. */
export class Api {
  readonly settings: ApiSettings;
  private readonly jobs: Jobs;

  constructor(jobs: Jobs, settings: ApiSettings) {
    this.jobs = jobs;
    this.settings = settings;
  }

  /** Checks the key before anything else, so that a stranger can't learn what exists. */
  refuseKey(headers: IncomingHttpHeaders): HttpResponse | undefined {
    const key = headers['x-api-key'];
    if (key === undefined && headers.authorization === undefined) return unauthorized('missing');
    return key === this.settings.apiKey ? undefined : unauthorized('code');
  }

  /** Rejects unknown models and wrong methods. */
  refuseRoute(route: Route, method: string | undefined): HttpResponse | undefined {
    if (method !== route.method) return htmlResponse(405, 'Method Not Allowed');
    const isModel = route.method === 'GET' || route.subject === MODEL;
    return isModel ? undefined : errorResponse(404, `Model ${route.subject} not found`);
  }

  /** Accepts a submit (v2), or renders and responds with the images (v1). */
  async post(submit: SubmitRecord, contentType: string | undefined, fault?: FaultEffect): Promise<HttpResponse> {
    const refusal = this.refuseSubmit(submit, contentType);
    if (refusal) return refusal;
    const { job, ended } = this.jobs.add(submit.body, fault);
    submit.requestId = job.requestId;
    if (submit.version === 'v2') return this.accept(job, fault);
    await ended;
    return this.blockingResult(job, fault);
  }

  /** Handles every GET. */
  get(route: Route, fault?: FaultEffect): HttpResponse {
    if (route.target === 'credits') return jsonResponse(200, { credits: this.jobs.creditsUsd, 'free-credits': 0 });
    if (route.target === 'image') return this.download(route.subject, fault);
    const job = this.jobs.find(route.subject);
    if (!job) return errorResponse(404, `Request ${route.subject} not found`);
    if (fault) this.jobs.apply(fault, job);
    const { baseUrl, reportsSeed } = this.settings;
    const response =
      route.target === 'status'
        ? statusResponse(job, baseUrl)
        : resultResponse(job, { baseUrl, imagesUrl: this.imagesUrlOf(job), reportsSeed });
    return fault && 'statusWord' in fault ? withStatusWord(response, fault.statusWord) : response;
  }

  /** Checks a submit before the job is accepted. v2 checks only the scheduler and lets the job fail on other values; v1 checks them all. */
  private refuseSubmit({ version, body, isObject }: SubmitRecord, contentType?: string): HttpResponse | undefined {
    if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
      return errorResponse(406, 'Invalid content type');
    }
    if (!isObject) return errorResponse(400, 'Malformed JSON in the request body');
    const malformed = malformation(body);
    if (malformed) return errorResponse(400, malformed);
    const unknownScheduler = schedulerProblem(body);
    if (unknownScheduler) return errorResponse(406, unknownScheduler);
    const read = readParameters(body);
    if ('problem' in read) return version === 'v1' ? errorResponse(400, read.problem) : undefined;
    const price = priceUsd(read.parameters);
    const balanceUsd = this.jobs.creditsUsd;
    if (balanceUsd >= price) return undefined;
    return outOfCredits(this.settings.creditsWording, { version, balanceUsd, priceUsd: price });
  }

  private imagesUrlOf({ onSecondHost }: Job): string {
    const { first, second } = this.settings.imagesUrls;
    return onSecondHost ? second : first;
  }

  private download(fileName: string, fault?: FaultEffect): HttpResponse {
    const [, requestId = '', index] = /^(.+)-(\d+)\.jpeg$/.exec(fileName) ?? [];
    if (fault) this.jobs.enlargeImages(requestId, fault);
    const bytes = this.jobs.imagesOf(requestId)[Number(index)];
    return bytes ? imageResponse(bytes) : errorResponse(404, 'Not found');
  }

  private accept(job: Job, fault?: FaultEffect): HttpResponse {
    const { request_id, ...rest } = acceptedBody(job, this.settings.baseUrl);
    if (fault && 'omitRequestId' in fault) return jsonResponse(200, rest);
    const response = jsonResponse(200, { request_id, ...rest });
    return fault && 'statusWord' in fault ? withStatusWord(response, fault.statusWord) : response;
  }

  private blockingResult(job: Job, fault?: FaultEffect): HttpResponse {
    if (job.state === 'FAILED') return jsonResponse(500, job.failure);
    const headers: Record<string, string> = {
      ...(fault && 'omitRequestId' in fault ? {} : { 'x-request-id': job.requestId }),
      'x-cost': String(job.costUsd),
      'x-remaining-credits': String(job.remainingCreditsUsd),
      'x-generation-time': String(timings(job).inference_time),
      ...(this.settings.reportsSeed ? { 'x-seed-value': String(job.parameters?.seed) } : {}),
    };
    const [first] = job.images;
    if (job.parameters?.base64 || job.resultShape || !first) {
      return jsonResponse(200, outputOf(job, this.imagesUrlOf(job)), headers);
    }
    const response = imageResponse(first);
    return { ...response, headers: { ...response.headers, ...headers } };
  }
}

function withStatusWord(response: HttpResponse, status: string): HttpResponse {
  return jsonResponse(response.status, { ...JSON.parse(response.body.toString('utf8')), status });
}
