import type { Image } from '../jobs/delivery.ts';
import type { Job, Uploads } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { type Fitted, fitImages } from './fit.ts';
import { isTooLarge } from './refusals.ts';
import { UploadLimit } from './upload-limit.ts';

export interface UploadParts {
  readonly log: Log;
  /** Told how far a job's images have come, and in which messages, so that another process goes on from there. */
  readonly onUploads: (job: Job, uploads: Uploads, messageIds: readonly string[]) => Promise<void>;
}

/** An image as it goes out. */
export interface Numbered extends Image {
  /** 1 is the first that was asked for. */
  readonly number: number;
  /** As it was painted. */
  readonly original: Image;
}

/** A job's images on their way: how much Discord takes of them, and what has arrived, also by an earlier process. */
export class Upload {
  readonly #parts: UploadParts;
  readonly #job: Job;
  readonly #limit: UploadLimit;
  #messageIds: readonly string[];
  #inFurtherMessages: readonly number[];

  constructor(parts: UploadParts, job: Job) {
    const before = job.state.name === 'delivering' ? job.state.uploads : undefined;
    this.#parts = parts;
    this.#job = job;
    this.#limit = new UploadLimit(before?.messageBytes);
    this.#messageIds = job.messageIds;
    this.#inFurtherMessages = before?.inFurtherMessages ?? [];
  }

  /** How many messages show the job. */
  get messageCount(): number {
    return this.#messageIds.length;
  }

  /** Those that no further message has brought yet: the first message can be sent again, and takes its images along. */
  missing(images: readonly Image[]): Numbered[] {
    return images
      .map((image, index) => ({ ...image, number: index + 1, original: image }))
      .filter(({ number }) => !this.#inFurtherMessages.includes(number));
  }

  /**
   * Fits images into messages for `send`, which sends the first of these; whenever it meets that Discord calls the files too
   * large, anew with less in the message, and last without files.
   */
  async send<T>(
    images: readonly Numbered[],
    send: (fitted: Fitted<Numbered>) => Promise<T>,
  ): Promise<{ readonly fitted: Fitted<Numbered>; readonly value: T }> {
    const { log } = this.#parts;
    const job = this.#job.id;
    const originals = images.map((image) => ({ ...image, ...image.original }));
    for (;;) {
      const room = { fileBytes: this.#job.attachmentSizeLimit, messageBytes: this.#limit.messageBytes };
      const fitted = await fitImages(originals, room, (error) =>
        log.error({ err: error, job }, 'an image can’t be read to be made smaller'),
      );
      try {
        return { fitted, value: await send(fitted) };
      } catch (error) {
        const [files] = fitted.batches;
        if (!isTooLarge(error) || !files) throw error;
        const fileBytes = files.map(({ bytes }) => bytes.length);
        log.warn({ err: error, job, fileBytes }, 'Discord calls the files too large');
        this.#limit.refuse(fileBytes);
        await this.#remember();
      }
    }
  }

  /** Notes the first message; its images need no note, since it can be sent again. */
  async reached(messageId: string): Promise<void> {
    this.#messageIds = [messageId, ...this.#messageIds.slice(1)];
    await this.#remember();
  }

  /** Notes a further message. */
  async arrived(messageId: string, images: readonly Numbered[]): Promise<void> {
    // One that an earlier process posted just before its end is found again.
    this.#messageIds = [...new Set([...this.#messageIds, messageId])];
    this.#inFurtherMessages = [...this.#inFurtherMessages, ...images.map(({ number }) => number)];
    await this.#remember();
  }

  #remember(): Promise<void> {
    const uploads = { messageBytes: this.#limit.messageBytes, inFurtherMessages: this.#inFurtherMessages };
    return this.#parts.onUploads(this.#job, uploads, this.#messageIds);
  }
}
