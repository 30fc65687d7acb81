import pLimit from 'p-limit';
import type { Image } from '../jobs/delivery.ts';
import type { ImageSharing, ShareOutcome, SharePost } from '../jobs/image-sharing.ts';
import type { Job, JobIn } from '../jobs/job.ts';
import type { ShareAttempt, Shares } from '../jobs/shares.ts';
import type { Log } from '../log.ts';
import { altText, furtherMessage, sharedMessage } from '../replies/ending.ts';
import { retry } from '../time.ts';
import type { MemberRoutes } from './discord-routes.ts';
import { isRefusal, isTransient, requestedWaitMs } from './refusals.ts';
import { Upload } from './upload.ts';
import { withFiles } from './with-files.ts';

/** How long a post is retried while Discord has trouble: within the minutes that its nonce prevents a second message. */
const RETRY_LIMIT_MS = 60_000;
/** Shares that have their images in memory at the same time. */
const MAX_CONCURRENT_SHARES = 2;

interface ShareParts {
  readonly routes: Pick<MemberRoutes, 'findAllPosted' | 'post'>;
  readonly shares: Shares;
  /** Undefined when it can't be loaded. */
  readonly loadImage: (url: string) => Promise<Image | undefined>;
  /** Called with a job that everyone sees now; without images when an earlier process has posted them. */
  readonly onShared: (job: Job, images: readonly Image[]) => void;
  readonly log: Log;
}

/** Posts private images once in their channel, for everyone, when their requesters want that. */
export class ImageShares implements ImageSharing {
  readonly #parts: ShareParts;
  readonly #running = new Set<string>();
  readonly #limit = pLimit(MAX_CONCURRENT_SHARES);

  constructor(parts: ShareParts) {
    this.#parts = parts;
  }

  /** Shares a private job's images. @throws what the database throws, and errors of ours */
  async share(job: JobIn<'delivered'>, post: SharePost): Promise<ShareOutcome> {
    if (this.#running.has(job.id)) return { name: 'sharing' };
    this.#running.add(job.id);
    try {
      const attempt = await this.#parts.shares.begin(job.id);
      return attempt ? await this.#limit(() => this.#carryOut(job, attempt, post)) : { name: 'sharing' };
    } finally {
      this.#running.delete(job.id);
    }
  }

  /** Finishes what earlier processes had posted and not recorded. @param isOwn whether a server belongs to this process */
  async resume(isOwn: (guildId: string | undefined) => boolean): Promise<void> {
    const { shares, log } = this.#parts;
    for (const { job, attempt } of await shares.unfinished()) {
      if (!isOwn(job.guildId)) continue;
      try {
        const messageIds = await this.#findPosted(job);
        if (messageIds.length > 0) await this.#finish(attempt, messageIds, []);
        else await shares.giveUp(attempt);
      } catch (error) {
        // The member's next press tries again.
        log.warn({ err: error, job: job.id }, 'unfinished share not resumed');
      }
    }
  }

  async #carryOut(job: JobIn<'delivered'>, attempt: ShareAttempt, post: SharePost): Promise<ShareOutcome> {
    const { shares, log } = this.#parts;
    try {
      // An earlier process may have posted it, or Discord after it seemed to fail.
      const posted = await this.#findPosted(job);
      if (posted.length > 0) return await this.#finish(attempt, posted, []);
      const images = await this.#load(post.fileUrls);
      if (!images) {
        await shares.giveUp(attempt);
        return { name: 'not loaded' };
      }
      const messageIds = await this.#post({ ...job, attachmentSizeLimit: post.attachmentSizeLimit }, images);
      if (messageIds.length > 0) return await this.#finish(attempt, messageIds, images);
      await shares.giveUp(attempt);
      return { name: 'rejected' };
    } catch (error) {
      if (!isRefusal(error) && !isTransient(error)) throw error;
      log.warn({ err: error, job: job.id }, 'image not shared');
      if (!isRefusal(error)) return { name: 'unclear' };
      await shares.giveUp(attempt);
      return { name: 'rejected' };
    }
  }

  async #findPosted(job: Job): Promise<string[]> {
    try {
      return (await this.#parts.routes.findAllPosted(job.channelId, job)).map(({ id }) => id);
    } catch (error) {
      // Without permission to read the history, only the nonce prevents a second message.
      if (isRefusal(error)) return [];
      throw error;
    }
  }

  /** All of the images, or undefined. */
  async #load(urls: readonly string[]): Promise<Image[] | undefined> {
    const images: Image[] = [];
    for (const url of urls) {
      const image = await this.#parts.loadImage(url);
      if (!image) return undefined;
      images.push(image);
    }
    return images.length > 0 ? images : undefined;
  }

  /**
   * Posts what fits into a message, and the rest, where Discord takes less at once than before, in further ones.
   * @returns the messages; none when all images are too large
   * @throws what Discord answered to the first
   */
  async #post(job: JobIn<'delivered'>, images: readonly Image[]): Promise<string[]> {
    const { log } = this.#parts;
    const upload = new Upload({ log, onUploads: async () => {} }, job);
    const messageIds: string[] = [];
    try {
      for (let waiting = upload.missing(images); waiting.length > 0; ) {
        const { fitted, value: messageId } = await upload.send(waiting, async ({ batches: [files = []] }) => {
          const [first] = files;
          if (!first) return undefined;
          const body = messageIds.length === 0 ? sharedMessage(job, images) : furtherMessage(job);
          return this.#postMessage(job, withFiles(job, body, files, altText), `${job.id}-s${first.number}`);
        });
        if (messageId !== undefined) messageIds.push(messageId);
        if (fitted.tooLarge.length > 0) log.warn({ job: job.id, images: fitted.tooLarge.length }, 'images not shared');
        waiting = fitted.batches.slice(1).flat();
      }
    } catch (error) {
      if (messageIds.length === 0) throw error;
      // What is in the channel stays, and is recorded.
      log.warn({ err: error, job: job.id }, 'further images not shared');
    }
    return messageIds;
  }

  async #postMessage(job: Job, message: ReturnType<typeof withFiles>, nonce: string): Promise<string> {
    const { id } = await retry(() => this.#parts.routes.post(job.channelId, nonce, message), {
      shouldRetry: (error) => isTransient(error) && requestedWaitMs(error) <= RETRY_LIMIT_MS,
      firstPauseMs: 500,
      longestPauseMs: 10_000,
      giveUpAfterMs: RETRY_LIMIT_MS,
      pauseFor: (error, growingMs) => Math.max(growingMs, requestedWaitMs(error)),
    });
    return id;
  }

  async #finish(attempt: ShareAttempt, messageIds: readonly string[], images: readonly Image[]): Promise<ShareOutcome> {
    const { shares, onShared, log } = this.#parts;
    const job = await shares.finish(attempt, messageIds);
    if (!job) return { name: 'unclear' };
    log.info({ job: job.id, user: job.requesterId, guild: job.guildId }, 'private image shared');
    onShared(job, images);
    return { name: 'shared', job };
  }
}
