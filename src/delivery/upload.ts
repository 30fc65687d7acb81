import type { Image } from '../jobs/delivery.ts';
import type { Job, ShownImages, Uploads } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { type FittedImages, fitImages } from './fit-images.ts';
import { isTooLarge } from './refusals.ts';
import { UploadLimit } from './upload-limit.ts';

export interface UploadParts {
  readonly log: Log;
  /** Called with what was uploaded, and in which messages, so that another process can continue from there. */
  readonly onUploads: (job: Job, uploads: Uploads, shown: ShownImages) => Promise<void>;
}

/** An image as it is sent. */
export interface NumberedImage extends Image {
  /** Counted from 1. */
  readonly number: number;
  /** As it was rendered. */
  readonly original: Image;
}

/** The upload of a job's images: how large files may be, and what was already uploaded, also by an earlier process. */
export class Upload {
  readonly #parts: UploadParts;
  readonly #job: Job;
  readonly #limit: UploadLimit;
  #messageIds: readonly string[];
  #thumbnailUrl: string | undefined;
  #areOutside = false;
  #inFurtherMessages: readonly number[];

  constructor(parts: UploadParts, job: Job) {
    const before = job.state.name === 'delivering' ? job.state.uploads : undefined;
    this.#parts = parts;
    this.#job = job;
    this.#limit = new UploadLimit(before?.messageBytes);
    this.#messageIds = job.messageIds;
    this.#thumbnailUrl = job.thumbnailUrl;
    this.#inFurtherMessages = before?.inFurtherMessages ?? [];
  }

  /** How many messages show the job. */
  get messageCount(): number {
    return this.#messageIds.length;
  }

  /** The images that no further message shows yet. Those of the first message are included, since it can be sent again. */
  missing(images: readonly Image[]): NumberedImage[] {
    return images
      .map((image, index) => ({ ...image, number: index + 1, original: image }))
      .filter(({ number }) => !this.#inFurtherMessages.includes(number));
  }

  /**
   * Fits images into messages and calls `send`, which sends the first of these. When Discord calls the files too large, both are
   * repeated with smaller files, and finally without files.
   */
  async send<T>(
    images: readonly NumberedImage[],
    send: (fitted: FittedImages<NumberedImage>) => Promise<T>,
  ): Promise<{ readonly fitted: FittedImages<NumberedImage>; readonly value: T }> {
    const { log } = this.#parts;
    const job = this.#job.id;
    const originals = images.map((image) => ({ ...image, ...image.original }));
    for (;;) {
      const room = { fileBytes: this.#job.attachmentSizeLimit, messageBytes: this.#limit.messageBytes };
      const fitted = await fitImages(originals, room, (error) =>
        log.error({ err: error, job }, 'image not shrunk: unreadable'),
      );
      try {
        return { fitted, value: await send(fitted) };
      } catch (error) {
        const [files] = fitted.batches;
        if (!isTooLarge(error) || !files) throw error;
        const fileBytes = files.map(({ bytes }) => bytes.length);
        log.warn({ err: error, job, fileBytes }, 'files refused as too large');
        this.#limit.refuse(fileBytes);
        await this.#store();
      }
    }
  }

  /** Its images aren't recorded, since this message can be sent again. @param shown how it stands, and where Discord has one of them */
  async recordFirstMessage(messageId: string, shown: Omit<ShownImages, 'messageIds'>): Promise<void> {
    this.#messageIds = [messageId, ...this.#messageIds.slice(1)];
    this.#thumbnailUrl = shown.thumbnailUrl;
    this.#areOutside = shown.areOutside ?? false;
    await this.#store();
  }

  async recordFurtherMessage(messageId: string, images: readonly NumberedImage[]): Promise<void> {
    // A message that an earlier process posted just before it ended is found again.
    this.#messageIds = [...new Set([...this.#messageIds, messageId])];
    this.#inFurtherMessages = [...this.#inFurtherMessages, ...images.map(({ number }) => number)];
    await this.#store();
  }

  #store(): Promise<void> {
    const uploads = { messageBytes: this.#limit.messageBytes, inFurtherMessages: this.#inFurtherMessages };
    const shown = { messageIds: this.#messageIds, thumbnailUrl: this.#thumbnailUrl, areOutside: this.#areOutside };
    return this.#parts.onUploads(this.#job, uploads, shown);
  }
}
