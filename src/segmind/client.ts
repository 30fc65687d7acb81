import { parseAnswer, toFailure } from './answer.ts';
import { clarifyRefusal } from './clarify-refusal.ts';
import { type DownloadedImage, downloadImage } from './download.ts';
import {
  ForeignAnswer,
  MissingRequestId,
  OutcomeUnknown,
  RefusalUnclear,
  type SegmindFailure,
  ServerError,
} from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { isAllowedImageUrl } from './image-url.ts';
import { type GetAnswer, Inference, isSuccess, MAX_RESULT_BYTES } from './inference.ts';
import { type GenerationParameters, PARAMETERS, toSegmindBody } from './parameters.ts';
import type { PollOptions } from './poller.ts';
import type { InferenceResult } from './result.ts';
import { creditsSchema, submitSchema } from './schemas.ts';
import { readSyncAnswer } from './sync.ts';
import { type OnAnswer, Transport } from './transport.ts';

export type { DownloadedImage } from './download.ts';
export type { Inference } from './inference.ts';
export type { ImageSource } from './output.ts';
export type { InferenceResult } from './result.ts';

const MODEL = 'sdxl1.0-timeless';
const MAX_ANSWER_BYTES = 1_048_576;
const MAX_IMAGE_BYTES = 33_554_432;
const DEFAULT_NEEDED_USD = 0.05;
/** How long a refused submit waits for the balance. */
const CLARIFY_TIMEOUT_MS = 5000;

export interface SegmindTimeouts {
  connectMs: number;
  /** This and the next two are for head and body together. */
  submitMs: number;
  getMs: number;
  /** A v1 call, which blocks until the image is there. */
  syncMs: number;
  /** All tries of a download. */
  downloadMs: number;
  /** Between the first two tries of a download; twice as long before the third. */
  downloadPauseMs: number;
}

const DEFAULT_TIMEOUTS: SegmindTimeouts = {
  connectMs: 5000,
  submitMs: 30_000,
  getMs: 15_000,
  syncMs: 600_000,
  downloadMs: 20_000,
  downloadPauseMs: 500,
};

export interface SegmindClientOptions {
  apiKey: string;
  /** Without a version: `https://api.segmind.com`. */
  baseUrl: string;
  /** Hosts (with port, if any) from which images may be downloaded. */
  imageHosts: readonly string[];
  timeouts?: Partial<SegmindTimeouts>;
  /** Called after each call of the API, except downloads. */
  onAnswer?: OnAnswer | undefined;
}

interface Credits {
  creditsUsd: number;
  freeCreditsUsd: number;
}

interface SubmitOptions {
  /** Asks for the images inside the JSON; false by default. */
  base64?: boolean;
  /** What the request may cost (US$), 0.05 by default: an unexplained refusal means a lack of credits when the balance is below. */
  neededUsd?: number;
  signal?: AbortSignal;
}

/**
 * Segmind's API for the model sdxl1.0-timeless. Never repeats a POST: each is a new job that costs money.
 * @see https://docs.segmind.com
 */
export class SegmindClient {
  readonly #transport: Transport;
  readonly #imageHosts: readonly string[];
  readonly #timeouts: SegmindTimeouts;

  constructor({ apiKey, baseUrl, imageHosts, timeouts, onAnswer }: SegmindClientOptions) {
    this.#timeouts = { ...DEFAULT_TIMEOUTS, ...timeouts };
    this.#transport = new Transport({ apiKey, baseUrl, connectTimeoutMs: this.#timeouts.connectMs, onAnswer });
    this.#imageHosts = imageHosts;
  }

  /**
   * Submits one request (v2); it is rendered, and paid for, from here on.
   * @throws ConnectionFailed when nothing was written; OutcomeUnknown (also on an abort) or MissingRequestId when it may still be rendered
   * and charged; `signal.reason` when aborted before; otherwise the failure that the status means
   */
  async submit(parameters: GenerationParameters, options: SubmitOptions = {}): Promise<Inference> {
    const body = toSegmindBody(parameters, { base64: options.base64 ?? false });
    const limits = { timeoutMs: this.#timeouts.submitMs, maxBytes: MAX_ANSWER_BYTES, signal: options.signal };
    const answer = await this.#transport.post(`/v2/${MODEL}`, body, limits);
    if (!isSuccess(answer)) throw await this.#submitFailure(answer, parameters, options);
    const accepted = submitSchema.safeParse(answer.json());
    if (!accepted.success) throw missingRequestId(answer);
    return this.inference(accepted.data.request_id, { samples: parameters.samples });
  }

  /**
   * The handle of a request that was submitted before, by this process or another; sends nothing.
   * @param options.samples how many images were requested: further ones are dropped; 4 by default
   * @throws ZodError when the request id isn't a plain token
   */
  inference(requestId: string, options: { samples?: number } = {}): Inference {
    const timeoutMs = this.#timeouts.getMs;
    const get: GetAnswer = (path, maxBytes, signal) => this.#transport.get(path, { timeoutMs, maxBytes, signal });
    return new Inference(requestId, get, options.samples ?? PARAMETERS.samples.max);
  }

  /** Submits and waits; throws what `submit` and `Inference.wait` throw. */
  async run(parameters: GenerationParameters, options: SubmitOptions & PollOptions = {}): Promise<InferenceResult> {
    const inference = await this.submit(parameters, options);
    return inference.wait(options);
  }

  /**
   * Renders by one blocking call (v1). Several samples are always requested as base64, since a raw answer holds one image.
   * @throws as `submit`, with OutcomeUnknown also for 502, 503, 504 (rendering may continue behind the gateway), and UnreadableAnswer for
   * an answer without images, which was charged
   */
  async runSync(parameters: GenerationParameters, options: SubmitOptions = {}): Promise<InferenceResult> {
    const body = toSegmindBody(parameters, { base64: options.base64 === true || parameters.samples > 1 });
    const limits = { timeoutMs: this.#timeouts.syncMs, maxBytes: MAX_RESULT_BYTES, signal: options.signal };
    const answer = await this.#transport.post(`/v1/${MODEL}`, body, limits);
    if (isSuccess(answer)) return readSyncAnswer(answer, parameters.samples);
    const failure = await this.#submitFailure(answer, parameters, options);
    if (failure instanceof ServerError && failure.status !== 500) throw new OutcomeUnknown('gateway', failure);
    throw failure;
  }

  /** The balance in US$. @throws CreditsNotFound when there is no record, or a GET's errors */
  getCredits(options: { signal?: AbortSignal } = {}): Promise<Credits> {
    return this.#getCredits(this.#timeouts.getMs, options.signal);
  }

  /**
   * Fetches an image from one of the image hosts, in up to three tries, without the API key.
   * @param options.imageHosts default: those of the client
   * @param options.maxBytes 32 MiB by default
   * @param options.timeoutMs for all tries together; 20 000 by default
   * @throws ImageDownloadFailed or `signal.reason`
   */
  downloadImage(
    url: string,
    options: { imageHosts?: readonly string[]; maxBytes?: number; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<DownloadedImage> {
    return downloadImage(this.#transport.agent, url, {
      imageHosts: options.imageHosts ?? this.#imageHosts,
      maxBytes: options.maxBytes ?? MAX_IMAGE_BYTES,
      timeoutMs: options.timeoutMs ?? this.#timeouts.downloadMs,
      pauseMs: this.#timeouts.downloadPauseMs,
      signal: options.signal,
    });
  }

  /** Whether images may be fetched from, and linked to, this URL. */
  isAllowedImageUrl(url: string): boolean {
    return isAllowedImageUrl(url, this.#imageHosts);
  }

  async #getCredits(timeoutMs: number, signal: AbortSignal | undefined): Promise<Credits> {
    const answer = await this.#transport.get('/v1/get-user-credits', { timeoutMs, maxBytes: MAX_ANSWER_BYTES, signal });
    if (!isSuccess(answer)) throw toFailure(answer, { call: 'credits' });
    const credits = parseAnswer(creditsSchema, answer);
    return { creditsUsd: credits.credits, freeCreditsUsd: credits['free-credits'] };
  }

  /** Why a submit was refused; asks for the balance when the answer doesn't say. */
  async #submitFailure(
    answer: HttpAnswer,
    { prompt, negativePrompt }: GenerationParameters,
    { neededUsd = DEFAULT_NEEDED_USD, signal }: SubmitOptions,
  ): Promise<SegmindFailure> {
    const failure = toFailure(answer, { call: 'submit', sent: [prompt, negativePrompt] });
    if (!(failure instanceof RefusalUnclear)) return failure;
    const getBalanceUsd = async () => {
      const { creditsUsd, freeCreditsUsd } = await this.#getCredits(
        Math.min(CLARIFY_TIMEOUT_MS, this.#timeouts.getMs),
        signal,
      );
      return creditsUsd + freeCreditsUsd;
    };
    return clarifyRefusal(failure, getBalanceUsd, neededUsd);
  }

  /** Ends all connections; calls under way fail. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** JSON without a request id is Segmind's; anything else with a success status comes from a proxy in between. */
function missingRequestId(answer: HttpAnswer): MissingRequestId | ForeignAnswer {
  return answer.json() === undefined
    ? new ForeignAnswer(answer.status, 'submit', '')
    : new MissingRequestId(answer.status);
}
