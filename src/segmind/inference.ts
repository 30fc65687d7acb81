import { detailOf, parseAnswer, toFailure } from './answer.ts';
import { InferenceFailed, ResultUnreadable, UnreadableAnswer } from './errors.ts';
import { keysOf } from './explanation.ts';
import type { HttpAnswer } from './http.ts';
import { findImages } from './output.ts';
import { type PollOptions, poll } from './poller.ts';
import {
  type InferenceResult,
  type InferenceState,
  type InferenceStatus,
  metricsOf,
  withoutUndefined,
} from './result.ts';
import { requestIdSchema, resultSchema, statusSchema } from './schemas.ts';

/** 4 samples of 2048 × 2048 as base64 of PNG, with room to spare. */
export const MAX_RESULT_BYTES = 67_108_864;
const MAX_STATUS_BYTES = 1_048_576;
const RUNNING_STATES: Record<string, InferenceState> = { QUEUED: 'QUEUED', COMPLETED: 'COMPLETED' };

export type GetAnswer = (path: string, maxBytes: number, signal: AbortSignal | undefined) => Promise<HttpAnswer>;

/** A request that Segmind has accepted. The constructor sends nothing, so that a stored request id can be resumed. */
export class Inference {
  readonly requestId: string;
  readonly #get: GetAnswer;
  readonly #path: string;
  readonly #samples: number;

  /**
   * @param samples images that were requested
   * @throws ZodError when the request id isn't a plain token
   */
  constructor(requestId: string, get: GetAnswer, samples: number) {
    this.requestId = requestIdSchema.parse(requestId);
    this.#get = get;
    this.#samples = samples;
    // URLs in answers are not used: they could point to another host.
    this.#path = `/v2/requests/${encodeURIComponent(requestId)}`;
  }

  /**
   * The request's state, by one GET. An unknown status word counts as PROCESSING.
   * @throws InferenceFailed when it has failed, RequestNotFound when Segmind doesn't know it (any longer), or a GET's errors
   */
  async status(options: { signal?: AbortSignal } = {}): Promise<InferenceStatus> {
    const answer = await this.#get(`${this.#path}/status`, MAX_STATUS_BYTES, options.signal);
    const word = this.#checkedWord(answer);
    const { metrics } = parseAnswer(statusSchema, answer);
    return { state: RUNNING_STATES[word ?? ''] ?? 'PROCESSING', metrics: metricsOf(metrics) };
  }

  /**
   * The finished images, by one GET; at most as many as were requested.
   * @throws as `status`, ResultUnreadable when a finished answer has no image, and UnreadableAnswer when it isn't finished or isn't JSON
   */
  async result(options: { signal?: AbortSignal } = {}): Promise<InferenceResult> {
    const answer = await this.#get(this.#path, MAX_RESULT_BYTES, options.signal);
    const word = this.#checkedWord(answer);
    if (answer.isCut) throw new ResultUnreadable(this.requestId, `larger than ${MAX_RESULT_BYTES} bytes`, []);
    const json = answer.json();
    // A page in between is transient; broken JSON from Segmind isn't.
    if (json === undefined && startsLikeJson(answer)) {
      throw new ResultUnreadable(this.requestId, 'no JSON, or too large', []);
    }
    const { seed, metrics } = parseAnswer(resultSchema, answer);
    const images = (await findImages(json)).slice(0, this.#samples);
    if (images.length === 0 && (word === 'QUEUED' || word === 'PROCESSING')) {
      throw new UnreadableAnswer(answer.status, [`not finished (status ${word})`]);
    }
    if (images.length === 0) throw new ResultUnreadable(this.requestId, 'no image in it', keysOf(json));
    return { requestId: this.requestId, images, ...withoutUndefined({ seed }), metrics: metricsOf(metrics) };
  }

  /**
   * Polls until the request is finished and fetches its images, as Segmind's own SDK does.
   * @param options.timeoutMs from now; 600 000 by default
   * @param options.intervalMs between polls; 1000 by default
   * @throws InferenceTimeout after `timeoutMs`, `signal.reason`, InferenceFailed, RequestNotFound or ResultUnreadable
   */
  wait(options: PollOptions = {}): Promise<InferenceResult> {
    return poll(this, options);
  }

  /** The answer's status word. A body with one is valid whatever the HTTP status. */
  #checkedWord(answer: HttpAnswer): string | undefined {
    const word = statusSchema.safeParse(answer.json()).data?.status;
    if (word === 'FAILED') throw new InferenceFailed(this.requestId, detailOf(answer));
    const isValid = isSuccess(answer) || word === 'COMPLETED' || word === 'QUEUED' || word === 'PROCESSING';
    if (!isValid) throw toFailure(answer, { call: 'request', requestId: this.requestId });
    return word;
  }
}

function startsLikeJson({ body }: HttpAnswer): boolean {
  return /^\s*[[{]/.test(body.subarray(0, 100).toString('utf8'));
}

export function isSuccess(answer: HttpAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}
