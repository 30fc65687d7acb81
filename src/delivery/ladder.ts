import type { Job, Rung } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { insist } from './insist.ts';
import { isRefusal } from './refusals.ts';
import type { DiscordRoutes, Outgoing } from './routes.ts';

export interface LadderParts {
  readonly routes: DiscordRoutes;
  readonly log: Log;
  /** Told which ways Discord has refused for good, so that they are not tried again after a restart. */
  readonly onRefused: (job: Job, rungs: readonly Rung[]) => Promise<void>;
}

/** Best first. */
const LADDER: readonly Rung[] = ['reply', 'message', 'channel', 'direct message'];

/** A way to the member that was open. */
export interface Reached {
  readonly messageId: string;
  /** Sends a further message the same way. */
  readonly more: (message: Outgoing, nonce: string) => Promise<string>;
}

function withMention(message: Outgoing, userId: string): Outgoing {
  // The only call that ever mentions, and it mentions one member: the one who waits for this.
  const body = { ...message.body, content: `<@${userId}>`, allowed_mentions: { parse: [], users: [userId] } };
  return { ...message, body };
}

/** Posts a message unless it is there already: an earlier try, or an earlier process, may have got that far. */
async function postOnce(
  routes: DiscordRoutes,
  channelId: string,
  { job, message, nonce }: { job: Job; message: Outgoing; nonce: string },
): Promise<string> {
  const posted = await routes.findPosted(channelId, job, message).catch((error: unknown) => {
    // Without the right to read on, the nonce alone has to do.
    if (isRefusal(error)) return undefined;
    throw error;
  });
  return posted ?? routes.post(channelId, nonce, message);
}

function wayOf(rung: Rung, job: Job, routes: DiscordRoutes): ((message: Outgoing) => Promise<Reached>) | undefined {
  const [messageId] = job.messageIds;
  const postTo = async (channelId: string, message: Outgoing): Promise<Reached> => ({
    messageId: await postOnce(routes, channelId, {
      job,
      message: withMention(message, job.requesterId),
      nonce: job.id,
    }),
    more: (next, nonce) => postOnce(routes, channelId, { job, message: next, nonce }),
  });
  switch (rung) {
    case 'reply':
      if (!routes.isTokenAlive(job)) return undefined;
      return async (message) => ({
        messageId: await routes.editReply(job, message),
        more: async (next) => {
          const posted = job.isPrivate
            ? undefined
            : await routes.findPosted(job.channelId, job, next).catch(() => undefined);
          return posted ?? routes.followUp(job, next);
        },
      });
    case 'message':
      if (job.isPrivate || messageId === undefined) return undefined;
      return async (message) => ({
        messageId: await routes.editMessage(job.channelId, messageId, message),
        more: (next, nonce) => postOnce(routes, job.channelId, { job, message: next, nonce }),
      });
    case 'channel':
      // A private picture never becomes public.
      return job.isPrivate ? undefined : (message) => postTo(job.channelId, message);
    case 'direct message':
      return async (message) => postTo(await routes.openDirectMessages(job.requesterId), message);
    default:
      return rung satisfies never;
  }
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
  { routes, log, onRefused }: LadderParts,
): Promise<Reached | undefined> {
  const refused = [...job.refusedRungs];
  for (const rung of LADDER.filter((name) => !refused.includes(name))) {
    const reach = wayOf(rung, job, routes);
    const reached = reach && (await insist(() => reach(message), { job: job.id, rung }, log));
    if (reached) return reached.value;
    if (!reach) continue;
    refused.push(rung);
    await onRefused(job, refused);
  }
  return undefined;
}
