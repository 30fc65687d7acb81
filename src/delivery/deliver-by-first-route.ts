import { DELIVERY_ROUTES, type DeliveryRoute } from '../jobs/delivery-route.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { forDirectMessages } from '../replies/job-buttons.ts';
import { wait } from '../time.ts';
import type { MemberRoutes, Outgoing, PostedMessage } from './discord-routes.ts';
import {
  isContentRefused,
  isMessageRefused,
  isRefusal,
  isStillEditable,
  isTooLarge,
  isTransient,
  requestedWaitMs,
} from './refusals.ts';
import { retryTransient } from './retry-transient.ts';

export interface RouteParts {
  readonly routes: MemberRoutes;
  readonly log: Log;
  /** Called with the routes that Discord has refused for good, so that they aren't tried again after a restart. */
  readonly onRefused: (job: Job, routes: readonly DeliveryRoute[]) => Promise<void>;
}

/** Routes that Discord asked to wait for are tried again at least this often: an interaction's token ends meanwhile. */
const LONGEST_PAUSE_MS = 15 * 60_000;

/** A message that was sent, with what can be done to it by the same route. */
export interface SentMessage {
  readonly messageId: string;
  /** Where Discord has its first file, without the signature. */
  readonly imageUrl?: string | undefined;
  /** Sends a further message by the same route. */
  readonly sendMore: (message: Outgoing, nonce: string) => Promise<PostedMessage>;
  /** Changes the text of the message, and keeps its files. */
  readonly rewrite: (body: Outgoing['body']) => Promise<PostedMessage>;
}

export interface DeliveredMessage<T> extends SentMessage {
  readonly route: DeliveryRoute;
  /** Which of the alternatives it was. */
  readonly sent: T;
  /** Discord accepts no files by this route, whatever their size. */
  readonly refusesFiles: boolean;
}

export interface RouteOutcome<T> {
  /** Undefined when all routes failed. */
  readonly delivered: DeliveredMessage<T> | undefined;
  /** The routes by which the progress message may still be edited. */
  readonly editable: readonly DeliveryRoute[];
}

type Send = (message: Outgoing) => Promise<SentMessage>;

/** The body with the member's mention before its text; it pings only where `allowed_mentions` says so. */
function withMention(body: Outgoing['body'], userId: string): Outgoing['body'] {
  return { ...body, content: [`<@${userId}>`, body.content].filter(Boolean).join(' ') };
}

/** Looks for a message that an earlier try, or an earlier process, may have posted. */
async function findPosted(routes: MemberRoutes, channelId: string, job: Job, message: Outgoing) {
  try {
    return await routes.findPosted(channelId, job, message);
  } catch (error) {
    // Without permission to read the history, only the nonce prevents a second message.
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function withButtonsForDirectMessages({ body, files }: Outgoing, job: Job): Outgoing {
  const { components } = body;
  return { body: components ? { ...body, components: forDirectMessages(components, job) } : body, files };
}

async function postOnce(routes: MemberRoutes, channelId: string, job: Job, message: Outgoing, nonce: string) {
  return (await findPosted(routes, channelId, job, message)) ?? routes.post(channelId, nonce, message);
}

/** @param mention whether to mention the member: not needed in their own direct messages */
function postTo(routes: MemberRoutes, channelId: string, job: Job, mention: boolean): Send {
  const { id, requesterId, state } = job;
  // With the same nonce, Discord would answer a second delivery with the message of the first.
  const nonce = state.name === 'delivering' && state.isRetry ? `${id}-r` : id;
  const withText = (body: Outgoing['body']) => (mention ? withMention(body, requesterId) : body);
  return async ({ body, files }) => {
    // The only call that ever mentions anybody: the member who waits for this.
    const pings = mention ? { allowed_mentions: { parse: [], users: [requesterId] } } : {};
    const message = { body: { ...withText(body), ...pings }, files };
    const { id: messageId, imageUrl } = await postOnce(routes, channelId, job, message, nonce);
    return {
      messageId,
      imageUrl,
      sendMore: (next, moreNonce) => postOnce(routes, channelId, job, next, moreNonce),
      rewrite: (next) => routes.editMessage(channelId, messageId, { body: withText(next), files: [] }),
    };
  };
}

function senderFor(route: DeliveryRoute, job: Job, routes: MemberRoutes): Send | undefined {
  const { channelId, isPrivate } = job;
  const [knownId] = job.messageIds;
  switch (route) {
    case 'reply':
      if (!routes.isTokenAlive(job)) return undefined;
      return async (message) => {
        const { id: messageId, imageUrl } = await routes.editReply(job, message);
        return {
          messageId,
          imageUrl,
          async sendMore(next, nonce) {
            // Discord has its own way to dismiss a private message, and a button would delete this one alone.
            if (isPrivate) return routes.followUp(job, { ...next, body: { ...next.body, components: [] } });
            if (!routes.isTokenAlive(job)) return postOnce(routes, channelId, job, next, nonce);
            return (await findPosted(routes, channelId, job, next)) ?? routes.followUp(job, next);
          },
          rewrite: (body) =>
            isPrivate || routes.isTokenAlive(job)
              ? routes.editReply(job, { body, files: [] })
              : routes.editMessage(channelId, messageId, { body, files: [] }),
        };
      };
    case 'message':
      if (isPrivate || knownId === undefined) return undefined;
      return async (message) => {
        const { id: messageId, imageUrl } = await routes.editMessage(channelId, knownId, message);
        return {
          messageId,
          imageUrl,
          sendMore: (next, nonce) => postOnce(routes, channelId, job, next, nonce),
          rewrite: (body) => routes.editMessage(channelId, knownId, { body, files: [] }),
        };
      };
    case 'channel':
      // A private image must not become public.
      return isPrivate ? undefined : postTo(routes, channelId, job, job.guildId !== undefined);
    case 'direct message':
      return async (message) => {
        const directMessages = await routes.openDirectMessages(job.requesterId);
        return postTo(routes, directMessages, job, false)(withButtonsForDirectMessages(message, job));
      };
    default:
      return route satisfies never;
  }
}

/**
 * Delivers a message by the first route that works: the interaction's token, the bot's own edit, a new message in the channel,
 * a direct message. Transient errors are retried; after a refusal or a long requested wait, the next route is tried. If all
 * fail and Discord asked for a wait, all are tried again after it.
 * @param alternatives the message, then what to send instead, in order, when Discord refuses its content
 * @throws what Discord answered when the files are too large
 */
export async function deliverByFirstRoute<T extends Outgoing>(
  job: Job,
  alternatives: readonly T[],
  { routes, log, onRefused }: RouteParts,
): Promise<RouteOutcome<T>> {
  const refused = [...job.refusedRoutes];
  const closed = new Set(refused);
  const editable = () => (['reply', 'message'] as const).filter((route) => !closed.has(route));
  for (;;) {
    const waitsMs: number[] = [];
    for (const route of DELIVERY_ROUTES.filter((name) => !refused.includes(name))) {
      const send = senderFor(route, job, routes);
      if (!send) continue;
      const { delivered, error } = await tryAlternatives(send, alternatives, { job, route, log });
      if (delivered) return { delivered: { ...delivered, route }, editable: editable() };
      const waitMs = requestedWaitMs(error);
      if (waitMs > 0) waitsMs.push(waitMs);
      if (!isStillEditable(error)) closed.add(route);
      // A route that failed with a transient error may work for the next process.
      if (isTransient(error)) continue;
      refused.push(route);
      await onRefused(job, refused);
    }
    if (waitsMs.length === 0) return { delivered: undefined, editable: editable() };
    await wait(Math.min(...waitsMs, LONGEST_PAUSE_MS));
  }
}

/** Tries one route with each alternative. @throws what Discord answered when the files are too large */
async function tryAlternatives<T extends Outgoing>(
  send: Send,
  alternatives: readonly T[],
  { job, route, log }: { readonly job: Job; readonly route: DeliveryRoute; readonly log: Log },
): Promise<{ readonly delivered?: Omit<DeliveredMessage<T>, 'route'>; readonly error?: unknown }> {
  let error: unknown;
  let refusesFiles = false;
  for (const sent of alternatives) {
    if (refusesFiles && sent.files.length > 0) continue;
    // Not after a wait that Discord asks for: another route may work at once.
    const outcome = await retryTransient(() => send(sent), { job: job.id, route }, log, 0);
    if ('value' in outcome) return { delivered: { ...outcome.value, sent, refusesFiles } };
    error = outcome.error;
    const hasFiles = sent.files.length > 0;
    if (hasFiles && isTooLarge(error)) throw error;
    if (hasFiles && isContentRefused(error)) refusesFiles = true;
    if (!isMessageRefused(error) && !isContentRefused(error)) break;
  }
  return { error };
}
