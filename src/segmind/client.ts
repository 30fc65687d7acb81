import { failureOf, jsonOf, parseAnswer } from './answer.ts';
import { type DownloadedImage, downloadImage } from './download.ts';
import { MissingRequestId, OutcomeUnknown, ServerError } from './errors.ts';
import { isAllowedImageUrl } from './image-url.ts';
import { Inference, isSuccess, MAX_RESULT_BYTES } from './inference.ts';
import { type GenerationParameters, toSegmindBody } from './parameters.ts';
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

export interface SegmindTimeouts {
  connectMs: number;
  /** This and the next two: head and body, in total. */
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
  /** Without a version, as `https://api.segmind.com`. */
  baseUrl: string;
  /** Hosts (with port, if any) from which images may be downloaded. */
  imageHosts: readonly string[];
  timeouts?: Partial<SegmindTimeouts>;
  /** Told of each call of the API, downloads left out. */
  onAnswer?: OnAnswer | undefined;
}

interface SubmitOptions {
  /** Asks for the images inside the JSON; false by default. */
  base64?: boolean;
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
   * @throws ConnectionFailed when nothing was written; OutcomeUnknown (also on an abort) or MissingRequestId when it may be rendered and
   * charged all the same; `signal.reason` when aborted before; else the failure that the status stands for
   */
  async submit(parameters: GenerationParameters, options: SubmitOptions = {}): Promise<Inference> {
    const body = toSegmindBody(parameters, { base64: options.base64 ?? false });
    const limits = { timeoutMs: this.#timeouts.submitMs, maxBytes: MAX_ANSWER_BYTES, signal: options.signal };
    const answer = await this.#transport.post(`/v2/${MODEL}`, body, limits);
    if (!isSuccess(answer))
      throw failureOf(answer, { call: 'submit', sent: [parameters.prompt, parameters.negativePrompt] });
    const accepted = submitSchema.safeParse(jsonOf(answer));
    if (!accepted.success) throw new MissingRequestId(answer.status);
    return this.inference(accepted.data.request_id);
  }

  /**
   * The handle of a request that was submitted before, by this process or another; sends nothing.
   * @throws ZodError when the request id isn't a plain token
   */
  inference(requestId: string): Inference {
    const timeoutMs = this.#timeouts.getMs;
    return new Inference(requestId, (path, maxBytes, signal) =>
      this.#transport.get(path, { timeoutMs, maxBytes, signal }),
    );
  }

  /** Submits and waits; throws what `submit` and `Inference.wait` throw. */
  async run(parameters: GenerationParameters, options: SubmitOptions & PollOptions = {}): Promise<InferenceResult> {
    const inference = await this.submit(parameters, options);
    return inference.wait(options);
  }

  /**
   * Renders by one blocking call (v1). More than one sample comes as base64, asked for or not: a raw answer holds one image.
   * @throws as `submit`, with OutcomeUnknown also for 502, 503, 504 (the render behind the gateway may go on), and UnreadableAnswer for an
   * answer without images, which has been charged
   */
  async runSync(parameters: GenerationParameters, options: SubmitOptions = {}): Promise<InferenceResult> {
    const body = toSegmindBody(parameters, { base64: options.base64 === true || parameters.samples > 1 });
    const limits = { timeoutMs: this.#timeouts.syncMs, maxBytes: MAX_RESULT_BYTES, signal: options.signal };
    const answer = await this.#transport.post(`/v1/${MODEL}`, body, limits);
    if (isSuccess(answer)) return readSyncAnswer(answer);
    const failure = failureOf(answer, { call: 'submit', sent: [parameters.prompt, parameters.negativePrompt] });
    if (failure instanceof ServerError && failure.status !== 500) throw new OutcomeUnknown('gateway', failure);
    throw failure;
  }

  /** The balance in US$. @throws CreditsNotFound when there is no record, or what a GET can fail with */
  async getCredits(options: { signal?: AbortSignal } = {}): Promise<{ creditsUsd: number; freeCreditsUsd: number }> {
    const limits = { timeoutMs: this.#timeouts.getMs, maxBytes: MAX_ANSWER_BYTES, signal: options.signal };
    const answer = await this.#transport.get('/v1/get-user-credits', limits);
    if (!isSuccess(answer)) throw failureOf(answer, { call: 'credits' });
    const credits = parseAnswer(creditsSchema, answer);
    return { creditsUsd: credits.credits, freeCreditsUsd: credits['free-credits'] };
  }

  /**
   * Fetches an image from one of the image hosts, by up to three tries, without the API key.
   * @param options.maxBytes 32 MiB by default
   * @param options.timeoutMs for all tries; 20 000 by default
   * @throws ImageDownloadFailed or `signal.reason`
   */
  downloadImage(
    url: string,
    options: { maxBytes?: number; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<DownloadedImage> {
    return downloadImage(this.#transport.agent, url, {
      imageHosts: this.#imageHosts,
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

  /** Ends all connections; calls under way fail. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}
