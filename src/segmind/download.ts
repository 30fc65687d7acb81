import type { Agent } from 'undici';
import { retry, withTimeout } from '../time.ts';
import { ImageDownloadFailed } from './errors.ts';
import { exchange, type HttpAnswer } from './http.ts';
import { isAllowedImageUrl } from './image-url.ts';
import { type ImageType, identifyImage } from './images.ts';

const TRIES = 3;
const MAX_REDIRECTS = 3;
/** For the head and between two chunks: after a server hangs, there is time for another try. */
const IDLE_TIMEOUT_MS = 5000;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Without 403: a firewall in between also answers it. */
const MISSING_STATUSES: readonly number[] = [404, 410];
/** The file may not have reached this server yet, or the error is transient. */
const RETRIABLE_STATUSES: readonly number[] = [404, 408, 425, 429];

export interface DownloadedImage extends ImageType {
  bytes: Buffer;
}

export interface DownloadOptions {
  imageHosts: readonly string[];
  maxBytes: number;
  /** For all tries together, with the pauses between them. */
  timeoutMs: number;
  /** Between the first two tries; twice as long before the third. */
  pauseMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Fetches an image in up to three tries. Its bytes decide what it is, not the headers. Sends no API key.
 * @throws ImageDownloadFailed, or `signal.reason`
 */
export function downloadImage(agent: Agent, url: string, options: DownloadOptions): Promise<DownloadedImage> {
  const { timeoutMs } = options;
  return withTimeout(
    timeoutMs,
    () => new ImageDownloadFailed(url, { reason: `not finished within ${timeoutMs} ms`, retriable: true }),
    (signal) =>
      retry(() => downloadOnce(agent, url, options, signal), {
        signal,
        shouldRetry: (error) => error instanceof ImageDownloadFailed && error.retriable,
        firstPauseMs: options.pauseMs,
        longestPauseMs: 2 * options.pauseMs,
        tries: TRIES,
      }),
    options.signal,
  );
}

async function downloadOnce(
  agent: Agent,
  url: string,
  { imageHosts, maxBytes }: DownloadOptions,
  signal: AbortSignal,
): Promise<DownloadedImage> {
  const fail = (reason: string, retriable: boolean, more: { cause?: unknown; isMissing?: boolean } = {}) =>
    new ImageDownloadFailed(url, { reason, retriable, ...more });
  let address = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    if (!isAllowedImageUrl(address, imageHosts)) throw fail(`${hostOf(address)} is not an allowed host`, false);
    const answer = await fetchBytes(address);
    if (!REDIRECTS.includes(answer.status)) return readImage(answer);
    const location = answer.header('location') ?? '';
    if (!URL.canParse(location, address)) throw fail('a redirect to nowhere', false);
    address = new URL(location, address).href;
  }
  throw fail(`more than ${MAX_REDIRECTS} redirects`, false);

  async function fetchBytes(from: string): Promise<HttpAnswer> {
    const headers = { accept: 'image/*' };
    try {
      return await exchange(
        agent,
        { method: 'GET', url: from, headers, maxBytes, idleTimeoutMs: IDLE_TIMEOUT_MS },
        signal,
      );
    } catch (error) {
      throw fail('the connection failed or broke', true, { cause: error });
    }
  }

  async function readImage(answer: HttpAnswer): Promise<DownloadedImage> {
    const { status, body, isCut } = answer;
    if (status !== 200) {
      const isMissing = MISSING_STATUSES.includes(status);
      throw fail(`status ${status}`, status >= 500 || RETRIABLE_STATUSES.includes(status), { isMissing });
    }
    if (isCut) throw fail(`larger than ${maxBytes} bytes`, false);
    if (body.length === 0) throw fail('no bytes', true);
    const type = await identifyImage(body);
    if (!type) throw fail(`not a readable image (content type ${answer.header('content-type') ?? 'none'})`, false);
    return { bytes: body, ...type };
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'no URL';
}
