import pLimit from 'p-limit';
import type { Image } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { limitProcessing } from './limit-processing.ts';
import { makePreview } from './preview.ts';

/** The limit for all previews that wait for a log message. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** The limit for all images that wait for their previews to be made. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

interface PreviewParts {
  /** Whether a server wants previews. */
  readonly isWanted: (guildId: string) => Promise<boolean>;
  readonly log: Log;
  /** Default: 8 MiB. */
  readonly maxWaitingBytes?: number;
  /** Default: 64 MiB. */
  readonly maxImageBytes?: number;
}

/** Previews of public images, from the delivery until the log channel gets them. When too many wait, the oldest are dropped. */
export class Previews {
  readonly #parts: PreviewParts;
  readonly #maxWaitingBytes: number;
  readonly #maxImageBytes: number;
  /** One at a time: deliveries that make images smaller share the limit of all processing. */
  readonly #limit = pLimit(1);
  readonly #waiting = new Map<string, Buffer>();
  #waitingBytes = 0;
  #imageBytes = 0;

  constructor(parts: PreviewParts) {
    this.#parts = parts;
    this.#maxWaitingBytes = parts.maxWaitingBytes ?? MAX_WAITING_BYTES;
    this.#maxImageBytes = parts.maxImageBytes ?? MAX_IMAGE_BYTES;
  }

  /**
   * Makes the preview of a job that is being delivered, one at a time. Makes none if the server has no log channel, if the images are
   * private or were made in direct messages, or if too many images are waiting. Never throws.
   */
  async add({ id, guildId, isPrivate }: Job, images: readonly Image[]): Promise<void> {
    const { isWanted, log } = this.#parts;
    if (isPrivate || guildId === undefined || images.length === 0) return;
    try {
      if (!(await isWanted(guildId))) return;
      const preview = await this.#make(images);
      this.take(id);
      this.#waiting.set(id, preview);
      this.#waitingBytes += preview.length;
    } catch (error) {
      log.warn({ err: error, job: id }, 'preview failed');
    }
    for (const oldest of this.#waiting.keys()) {
      if (this.#waitingBytes <= this.#maxWaitingBytes) return;
      this.take(oldest);
    }
  }

  async #make(images: readonly Image[]): Promise<Buffer> {
    const bytes = images.reduce((sum, image) => sum + image.bytes.length, 0);
    if (this.#imageBytes + bytes > this.#maxImageBytes) throw new Error('Too many images wait for their previews.');
    this.#imageBytes += bytes;
    try {
      return await this.#limit(() => limitProcessing(() => makePreview(images)));
    } finally {
      this.#imageBytes -= bytes;
    }
  }

  /** The preview of a job, once. */
  take(jobId: string): Buffer | undefined {
    const preview = this.#waiting.get(jobId);
    this.#waiting.delete(jobId);
    this.#waitingBytes -= preview?.length ?? 0;
    return preview;
  }
}
