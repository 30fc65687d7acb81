import type { Image } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { limitProcessing } from './limit-processing.ts';
import { makePreview } from './preview.ts';

/** The limit for all previews that wait for a log message. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Previews that are made at the same time: each holds its images in memory. */
const MAX_IN_PROGRESS = 4;

interface PreviewParts {
  /** Whether a server wants previews. */
  readonly isWanted: (guildId: string) => Promise<boolean>;
  readonly log: Log;
  /** Default: 8 MiB. */
  readonly maxWaitingBytes?: number;
}

/** Previews of public images, from the delivery until the log channel gets them. When too many wait, the oldest are dropped. */
export class Previews {
  readonly #parts: PreviewParts;
  readonly #maxWaitingBytes: number;
  readonly #waiting = new Map<string, Buffer>();
  #waitingBytes = 0;
  #inProgress = 0;

  constructor(parts: PreviewParts) {
    this.#parts = parts;
    this.#maxWaitingBytes = parts.maxWaitingBytes ?? MAX_WAITING_BYTES;
  }

  /**
   * Makes the preview of a job that is being delivered, unless nobody wants it, nobody but its requester may see the images, or
   * too many are in progress. Never throws.
   */
  async add({ id, guildId, isPrivate }: Job, images: readonly Image[]): Promise<void> {
    const { isWanted, log } = this.#parts;
    if (isPrivate || guildId === undefined || images.length === 0) return;
    if (this.#inProgress >= MAX_IN_PROGRESS) return;
    this.#inProgress += 1;
    try {
      if (!(await isWanted(guildId))) return;
      const preview = await limitProcessing(() => makePreview(images));
      this.take(id);
      this.#waiting.set(id, preview);
      this.#waitingBytes += preview.length;
    } catch (error) {
      log.warn({ err: error, job: id }, 'preview failed');
    } finally {
      this.#inProgress -= 1;
    }
    for (const oldest of this.#waiting.keys()) {
      if (this.#waitingBytes <= this.#maxWaitingBytes) return;
      this.take(oldest);
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
