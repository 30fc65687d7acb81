import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { now, wait } from '../time.ts';
import { isRefusal, isTooLarge } from './refusals.ts';
import type { DiscordRoutes, Outgoing } from './routes.ts';

/** How long a rung is tried again while Discord itself has trouble. */
const PATIENCE_MS = 15 * 60_000;
const LONGEST_PAUSE_MS = 30_000;

/** A way to the member that was open, and the further messages that go the same way. */
export interface Reached {
  readonly messageId: string;
  readonly more: (message: Outgoing, number: number) => Promise<string>;
}

interface Rung {
  readonly name: 'reply' | 'message' | 'channel' | 'direct message';
  readonly reach: (message: Outgoing) => Promise<Reached>;
}

function withMention(message: Outgoing, userId: string): Outgoing {
  // The only call that ever mentions, and it mentions one member: the one who waits for this.
  const body = { ...message.body, content: `<@${userId}>`, allowed_mentions: { parse: [], users: [userId] } };
  return { ...message, body };
}

/** The ways to a job's member that could work, best first. A private picture never becomes public. */
function rungsFor(job: Job, routes: DiscordRoutes): Rung[] {
  const [messageId] = job.messageIds;
  const postTo = async (channelId: string, message: Outgoing): Promise<Reached> => ({
    messageId: await routes.post(channelId, job.id, withMention(message, job.requesterId)),
    more: (next, number) => routes.post(channelId, `${job.id}-${number}`, next),
  });
  const rungs: Rung[] = [];
  if (routes.isTokenAlive(job)) {
    rungs.push({
      name: 'reply',
      reach: async (message) => ({
        messageId: await routes.editReply(job, message),
        more: (next) => routes.followUp(job, next),
      }),
    });
  }
  if (!job.isPrivate) {
    if (messageId !== undefined) {
      rungs.push({
        name: 'message',
        reach: async (message) => ({
          messageId: await routes.editMessage(job.channelId, messageId, message),
          more: (next, number) => routes.post(job.channelId, `${job.id}-${number}`, next),
        }),
      });
    }
    rungs.push({ name: 'channel', reach: (message) => postTo(job.channelId, message) });
  }
  rungs.push({
    name: 'direct message',
    reach: async (message) => postTo(await routes.openDirectMessages(job.requesterId), message),
  });
  return rungs;
}

/**
 * Brings a message to the member by the first way that is open: the interaction's token, the bot's own edit, a new message
 * in the channel, a direct message. While Discord has trouble a way is tried again; when it refuses, the next one is due.
 * @returns undefined when no way was open
 * @throws what Discord answered when the message is too large
 */
export async function climb(
  job: Job,
  message: Outgoing,
  parts: { routes: DiscordRoutes; log: Log },
): Promise<Reached | undefined> {
  for (const rung of rungsFor(job, parts.routes)) {
    const giveUpAtMs = now() + PATIENCE_MS;
    for (let pauseMs = 500; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await rung.reach(message);
      } catch (error) {
        if (isTooLarge(error)) throw error;
        parts.log.warn({ err: error, job: job.id, rung: rung.name }, 'a way to the member failed');
        if (isRefusal(error) || now() > giveUpAtMs) break;
        await wait(pauseMs);
      }
    }
  }
  return undefined;
}
