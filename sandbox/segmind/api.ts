import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answers.ts';
import * as answers from './answers.ts';
import type { FaultEffect } from './faults.ts';
import type { Job, Jobs } from './jobs.ts';
import { malformation, readParameters } from './parameters.ts';
import { priceUsd } from './price.ts';
import type { SubmitRecord } from './records.ts';
import type { Route } from './routes.ts';

const MODEL = 'sdxl1.0-timeless';

const KEY_MISSING = 'Missing Authorization or x-api-key in header';
const KEY_REJECTED = 'Unauthorized. API key is invalid or may have expired. Please check your API key.';

export interface ApiSettings {
  apiKey: string;
  /** HTTP status of "insufficient credits": both are seen. */
  creditsStatus: 402 | 406;
  baseUrl: string;
}

/** Segmind's endpoints: each takes what the request says and gives the whole answer. */
export class Api {
  private readonly jobs: Jobs;
  private readonly settings: ApiSettings;

  constructor(jobs: Jobs, settings: ApiSettings) {
    this.jobs = jobs;
    this.settings = settings;
  }

  /** Why the request is turned away before anything else, if it is. */
  refuse(route: Route, headers: IncomingHttpHeaders): Answer | undefined {
    if (route.target === 'image') return undefined;
    const key = headers['x-api-key'];
    if (key === undefined && headers.authorization === undefined) return answers.unauthorized(KEY_MISSING);
    if (key !== this.settings.apiKey) return answers.unauthorized(KEY_REJECTED);
    if (route.method === 'POST' && route.subject !== MODEL)
      return answers.problem(404, `Model ${route.subject} not found`);
    return undefined;
  }

  /** Takes a submit (v2) or paints at once (v1). */
  async post(submit: SubmitRecord, contentType: string | undefined, fault?: FaultEffect): Promise<Answer> {
    if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
      return answers.problem(406, 'Invalid content type');
    }
    if (!submit.isObject) return answers.problem(400, 'Malformed JSON in the request body');
    const malformed = malformation(submit.body);
    if (malformed) return answers.problem(400, malformed);
    const read = readParameters(submit.body);
    if (this.jobs.creditsUsd < ('parameters' in read ? priceUsd(read.parameters) : 0)) {
      return answers.problem(
        this.settings.creditsStatus,
        `Insufficient credits. You have ${this.jobs.creditsUsd} credits.`,
      );
    }
    const { job, ended } = this.jobs.take(submit.body, fault);
    submit.requestId = job.requestId;
    if (submit.version === 'v2') return this.accept(job, fault);
    await ended;
    return this.blockingResult(job, fault);
  }

  /** Everything that is read with GET. */
  get(route: Route, fault?: FaultEffect): Answer {
    if (route.target === 'credits') return answers.json(200, { credits: this.jobs.creditsUsd, 'free-credits': 0 });
    if (route.target === 'image') return this.download(route.subject, fault);
    const job = this.jobs.find(route.subject);
    if (!job) return answers.problem(404, `Request ${route.subject} not found`);
    if (fault) this.jobs.apply(fault, job);
    const { baseUrl } = this.settings;
    const answer = route.target === 'status' ? answers.statusOf(job, baseUrl) : answers.resultOf(job, baseUrl);
    return fault && 'statusWord' in fault ? withStatusWord(answer, fault.statusWord) : answer;
  }

  private download(fileName: string, fault?: FaultEffect): Answer {
    const [, requestId = '', index] = /^(.+)-(\d+)\.jpeg$/.exec(fileName) ?? [];
    if (fault) this.jobs.enlargeImages(requestId, fault);
    const bytes = this.jobs.imagesOf(requestId)[Number(index)];
    return bytes ? answers.image(bytes) : answers.problem(404, 'Not found');
  }

  private accept(job: Job, fault?: FaultEffect): Answer {
    const { request_id, ...rest } = answers.accepted(job, this.settings.baseUrl);
    if (fault && 'omitRequestId' in fault) return answers.json(200, rest);
    const answer = answers.json(200, { request_id, ...rest });
    return fault && 'statusWord' in fault ? withStatusWord(answer, fault.statusWord) : answer;
  }

  private blockingResult(job: Job, fault?: FaultEffect): Answer {
    if (job.state === 'FAILED') return answers.failed(job);
    const headers: Record<string, string> = {
      ...(fault && 'omitRequestId' in fault ? {} : { 'x-request-id': job.requestId }),
      'x-cost': String(job.costUsd),
      'x-remaining-credits': String(job.remainingCreditsUsd),
      'x-generation-time': String(answers.timings(job).inference_time),
      'x-seed-value': String(job.parameters?.seed),
    };
    const [first] = job.images;
    if (job.parameters?.base64 || job.resultShape || !first) {
      return answers.json(200, answers.output(job, this.settings.baseUrl), headers);
    }
    const picture = answers.image(first);
    return { ...picture, headers: { ...picture.headers, ...headers } };
  }
}

function withStatusWord(answer: Answer, status: string): Answer {
  return answers.json(answer.status, { ...JSON.parse(answer.body.toString('utf8')), status });
}
