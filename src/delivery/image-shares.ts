import pLimit from 'p-limit';
import type { Image } from '../jobs/delivery.ts';
import type { ImageSharing, ShareOutcome, SharePost } from '../jobs/image-sharing.ts';
import type { Job, JobIn } from '../jobs/job.ts';
import type { ShareAttempt, Shares } from '../jobs/shares.ts';
import type { Log } from '../log.ts';
import { altText, furtherMessage, sharedMessage } from '../replies/ending.ts';
import { retry, untilAborted } from '../time.ts';
import type { MemberRoutes, PostedMessage } from './discord-routes.ts';
import { isMessageGone, isRefusal, isTransient, requestedWaitMs } from './refusals.ts';
import { Upload } from './upload.ts';
import { withFiles } from './with-files.ts';

/**
 * How long a post is retried while Discord has trouble: longer than a request that times out (60 s), so that it is retried too, and within
 * the minutes that its nonce prevents a second message.
 */
const RETRY_LIMIT_MS = 150_000;
/** Shares that have their images in memory at the same time. */
const MAX_CONCURRENT_SHARES = 2;

interface ShareParts {
  readonly routes: Pick<MemberRoutes, 'findAllPosted' | 'post' | 'deleteMessage'>;
  readonly shares: Shares;
  /** Undefined when it can't be loaded. */
  readonly loadImage: (url: string) => Promise<Image | undefined>;
  /** Called with a job that everyone sees now; without images when an earlier process has posted them. */
  readonly onShared: (job: Job, images: readonly Image[]) => void;
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Posts private images once in their channel, for everyone, when their requesters want that. */
export class ImageShares implements ImageSharing {
  readonly #parts: ShareParts;
  readonly #running = new Set<string>();
  readonly #limit = pLimit(MAX_CONCURRENT_SHARES);

  constructor(parts: ShareParts) {
    this.#parts = parts;
  }

  /** Shares a private job's images; once the process stops, only what has begun. @throws what the database throws, and errors of ours */
  async share(job: JobIn<'delivered'>, post: SharePost): Promise<ShareOutcome> {
    if (this.#running.has(job.id)) return { name: 'sharing' };
    this.#running.add(job.id);
    const { signal } = this.#parts;
    let onTurn = () => {};
    const turn = new Promise<void>((resolve) => {
      onTurn = resolve;
    });
    const outcome = this.#limit(async (): Promise<ShareOutcome> => {
      try {
        if (signal.aborted) return { name: 'restarting' };
        onTurn();
        const attempt = await this.#parts.shares.begin(job);
        return attempt ? await this.#carryOut(job, attempt, post) : await this.#findOutcome(job.id);
      } finally {
        this.#running.delete(job.id);
      }
    });
    try {
      await untilAborted(turn, signal);
    } catch {
      return { name: 'restarting' };
    }
    return outcome;
  }

  /** Finishes what earlier processes had posted and not recorded. @param isOwn whether a server belongs to this process */
  async resume(isOwn: (guildId: string | undefined) => boolean): Promise<void> {
    const { shares, log } = this.#parts;
    for (const { job, attempt } of await shares.unfinished()) {
      if (!isOwn(job.guildId)) continue;
      try {
        const posted = await this.#findPosted(job, attempt);
        if (posted.length > 0) await this.#finish(job, attempt, posted);
        else await shares.giveUp(attempt);
      } catch (error) {
        // Whether it was posted isn't known. The member's next press tries again.
        log.warn({ err: error, job: job.id }, 'unfinished share not resumed');
      }
    }
  }

  /** What became of a job whose share can't be begun. */
  async #findOutcome(jobId: string): Promise<ShareOutcome> {
    const job = await this.#parts.shares.find(jobId);
    if (!job) return { name: 'gone' };
    return job.isPrivate ? { name: 'sharing' } : { name: 'shared', job };
  }

  async #carryOut(job: JobIn<'delivered'>, attempt: ShareAttempt, post: SharePost): Promise<ShareOutcome> {
    const { shares, log, signal } = this.#parts;
    try {
      // An earlier process may have posted it, or Discord after it seemed to fail.
      const posted = await this.#findReadable(job, attempt);
      if (posted.length > 0) return await this.#finish(job, attempt, posted);
      const images = await this.#load(post.fileUrls);
      if (!images) {
        await shares.giveUp(attempt);
        return { name: 'not loaded' };
      }
      const sent = await this.#post({ ...job, attachmentSizeLimit: post.attachmentSizeLimit }, images);
      if (sent.messages.length > 0) return await this.#finish(job, attempt, sent.messages, sent.images);
      await shares.giveUp(attempt);
      return { name: 'rejected' };
    } catch (error) {
      if (!isRefusal(error) && !isTransient(error) && !signal.aborted) throw error;
      log.warn({ err: error, job: job.id }, 'image not shared');
      if (!isRefusal(error)) return { name: 'unclear' };
      await shares.giveUp(attempt);
      return { name: 'rejected' };
    }
  }

  #findPosted(job: Job, { startedAtMs }: ShareAttempt): Promise<PostedMessage[]> {
    return this.#parts.routes.findAllPosted(job.channelId, job, startedAtMs);
  }

  async #findReadable(job: Job, attempt: ShareAttempt): Promise<PostedMessage[]> {
    try {
      return await this.#findPosted(job, attempt);
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
   * @returns the messages, and the images in them; none when all are too large
   * @throws what Discord answered to the first
   */
  async #post(
    job: JobIn<'delivered'>,
    images: readonly Image[],
  ): Promise<{ readonly messages: readonly PostedMessage[]; readonly images: readonly Image[] }> {
    const { log } = this.#parts;
    const upload = new Upload({ log, onUploads: async () => {} }, job);
    const messages: PostedMessage[] = [];
    const sent: Image[] = [];
    try {
      for (let waiting = upload.missing(images); waiting.length > 0; ) {
        const { fitted, value } = await upload.send(waiting, async ({ batches }) => {
          const [files = []] = batches;
          const [first] = files;
          if (!first) return undefined;
          const body = messages.length === 0 ? sharedMessage(job, batches.flat()) : furtherMessage(job);
          return this.#postMessage(job, withFiles(job, body, files, altText), `${job.id}-s${first.number}`);
        });
        const [files = [], ...rest] = fitted.batches;
        if (value) messages.push(value);
        sent.push(...files);
        if (fitted.tooLarge.length > 0) log.warn({ job: job.id, images: fitted.tooLarge.length }, 'images not shared');
        waiting = rest.flat();
      }
    } catch (error) {
      if (messages.length === 0) throw error;
      // What is in the channel stays, and is recorded.
      log.warn({ err: error, job: job.id }, 'further images not shared');
    }
    return { messages, images: sent };
  }

  #postMessage(job: Job, message: ReturnType<typeof withFiles>, nonce: string): Promise<PostedMessage> {
    const { routes, signal } = this.#parts;
    return retry(() => routes.post(job.channelId, nonce, message), {
      signal,
      shouldRetry: (error) => isTransient(error) && requestedWaitMs(error) <= RETRY_LIMIT_MS,
      firstPauseMs: 500,
      longestPauseMs: 10_000,
      giveUpAfterMs: RETRY_LIMIT_MS,
      pauseFor: (error, growingMs) => Math.max(growingMs, requestedWaitMs(error)),
    });
  }

  /** @param images default: an earlier attempt had posted them */
  async #finish(
    job: Job,
    attempt: ShareAttempt,
    messages: readonly PostedMessage[],
    images?: readonly Image[],
  ): Promise<ShareOutcome> {
    const { shares, onShared, log } = this.#parts;
    const thumbnailUrl = job.forced.spoilers ? undefined : messages[0]?.imageUrl;
    const finished = await shares.finish(attempt, { messageIds: messages.map(({ id }) => id), thumbnailUrl });
    if (finished.name === 'taken over') return { name: 'unclear' };
    if (finished.name === 'gone') {
      for (const { id } of messages) await this.#deleteMessage(job, id);
      return { name: 'gone' };
    }
    log.info({ job: job.id, user: job.requesterId, guild: job.guildId }, 'private image shared');
    onShared(finished.job, images ?? []);
    return { name: 'shared', job: finished.job, ...(images ? { imageCount: images.length } : {}) };
  }

  async #deleteMessage({ id, channelId }: Job, messageId: string): Promise<void> {
    const { routes, log } = this.#parts;
    try {
      await routes.deleteMessage(channelId, messageId);
    } catch (error) {
      if (!isMessageGone(error)) log.error({ err: error, job: id }, 'message of an erased image not deleted');
    }
  }
}
