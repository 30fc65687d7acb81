import pLimit from 'p-limit';
import type { Image } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { publicMessage } from '../replies/public-message.ts';
import { untilAborted, withTimeout } from '../time.ts';
import type { MemberRoutes } from './discord-routes.ts';
import { limitProcessing } from './limit-processing.ts';
import { makePreview } from './preview.ts';
import { isMessageGone } from './refusals.ts';

/** Jobs whose images are in memory at the same time. */
const MAX_CONCURRENT_LOADS = 2;
/** For all images of a job together: what Discord takes in one request, and some more. */
const MAX_LOADED_BYTES = 32 * 1024 * 1024;
/** For all of it, with the wait for a place: a moderator waits. */
const TIMEOUT_MS = 10_000;

interface PreviewLoaderParts {
  readonly routes: Pick<MemberRoutes, 'findFileUrls'>;
  /** Undefined when it can't be loaded. */
  readonly loadImage: (url: string, options: { maxBytes: number; signal: AbortSignal }) => Promise<Image | undefined>;
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Makes previews of images that were posted before, from Discord's copies. */
export class PreviewLoader {
  readonly #parts: PreviewLoaderParts;
  readonly #limit = pLimit(MAX_CONCURRENT_LOADS);

  constructor(parts: PreviewLoaderParts) {
    this.#parts = parts;
  }

  /**
   * The preview of a job's public images, within 10 s; undefined for private or deleted ones, and when it fails. Two jobs at a time,
   * 32 MiB of images each. Never throws.
   */
  async load(job: Job): Promise<Buffer | undefined> {
    if (publicMessage(job) === undefined) return undefined;
    const { log, signal: stopping } = this.#parts;
    const tooLong = () => new Error(`Loading a preview took more than ${TIMEOUT_MS} ms.`);
    const load = (signal: AbortSignal) =>
      untilAborted(
        this.#limit(() => this.#loadNow(job, signal)),
        signal,
      );
    try {
      return await withTimeout(TIMEOUT_MS, tooLong, load, stopping);
    } catch (error) {
      log[isMessageGone(error) ? 'debug' : 'warn']({ err: error, job: job.id }, 'preview not loaded');
      return undefined;
    }
  }

  async #loadNow(job: Job, signal: AbortSignal): Promise<Buffer | undefined> {
    signal.throwIfAborted();
    const images = await this.#loadImages(job, signal);
    return images && limitProcessing(() => makePreview(images));
  }

  /** All of a job's images, or undefined. */
  async #loadImages({ channelId, messageIds }: Job, signal: AbortSignal): Promise<Image[] | undefined> {
    const { routes, loadImage } = this.#parts;
    const images: Image[] = [];
    let maxBytes = MAX_LOADED_BYTES;
    for (const messageId of messageIds) {
      for (const url of await routes.findFileUrls(channelId, messageId, signal)) {
        const image = await loadImage(url, { maxBytes, signal });
        if (!image) return undefined;
        images.push(image);
        maxBytes -= image.bytes.length;
      }
    }
    return images.length > 0 ? images : undefined;
  }
}
