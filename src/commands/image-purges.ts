import type { REST } from 'discord.js';
import { isTransient, requestedWaitMs } from '../delivery/refusals.ts';
import type { JobFinder } from '../jobs/job-finder.ts';
import type { MemberImages } from '../jobs/member-images.ts';
import type { Log } from '../log.ts';
import type { PurgeCounts } from '../replies/purged.ts';
import { retry } from '../time.ts';
import { type Deletion, deleteMessage, isGone } from './delete-message.ts';

/** How long the deletion of one message is retried while Discord has trouble. */
const RETRY_LIMIT_MS = 60_000;

interface PurgeParts {
  readonly rest: Pick<REST, 'delete'>;
  readonly finder: Pick<JobFinder, 'imageMessages'>;
  readonly memberImages: Pick<MemberImages, 'markDeleted'>;
  readonly log: Log;
}

interface Purge {
  readonly guildId: string;
  readonly memberId: string;
  /** Removes images that were delivered since then, in epoch milliseconds. */
  readonly sinceMs: number;
}

/** Removes the public images of members from their servers, message by message. */
export class ImagePurges {
  readonly #parts: PurgeParts;
  readonly #running = new Set<string>();

  constructor(parts: PurgeParts) {
    this.#parts = parts;
  }

  /**
   * @param onProgress awaited after each message
   * @returns what became of the messages; undefined while another purge of this member in this server is running
   */
  async run(
    { guildId, memberId, sinceMs }: Purge,
    onProgress: (done: number, total: number) => Promise<void>,
  ): Promise<PurgeCounts | undefined> {
    const key = `${guildId} ${memberId}`;
    if (this.#running.has(key)) return undefined;
    this.#running.add(key);
    try {
      const messages = await this.#parts.finder.imageMessages(guildId, memberId, sinceMs);
      const deletions: Deletion[] = [];
      const incomplete = new Set<string>();
      for (const message of messages) {
        const deletion = await this.#delete(message);
        deletions.push(deletion);
        if (!isGone(deletion)) incomplete.add(message.jobId);
        await onProgress(deletions.length, messages.length);
      }
      const jobIds = new Set(messages.map(({ jobId }) => jobId));
      await this.#parts.memberImages.markDeleted([...jobIds].filter((jobId) => !incomplete.has(jobId)));
      const count = (name: Deletion) => deletions.filter((deletion) => deletion === name).length;
      return { removed: count('deleted'), gone: count('gone'), noAccess: count('no access'), failed: count('failed') };
    } finally {
      this.#running.delete(key);
    }
  }

  #delete(message: { readonly jobId: string; readonly channelId: string; readonly messageId: string }) {
    const { rest, log } = this.#parts;
    const retrying: typeof rest = {
      delete: (route, options) =>
        retry(() => rest.delete(route, options), {
          shouldRetry: isTransient,
          firstPauseMs: 500,
          longestPauseMs: 10_000,
          giveUpAfterMs: RETRY_LIMIT_MS,
          pauseFor: (error, growingMs) => Math.max(growingMs, requestedWaitMs(error)),
        }),
    };
    return deleteMessage(retrying, message, (error) =>
      log.warn({ err: error, job: message.jobId }, 'deleting an image message failed'),
    );
  }
}
