import { DELIVERY_ROUTES, type DeliveryRoute } from '../jobs/delivery-route.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { wait } from '../time.ts';
import {
  isContentRefused,
  isMessageRefused,
  isRefusal,
  isStillEditable,
  isTooLarge,
  isTransient,
  namedWaitMs,
} from './refusals.ts';
import { retryTransient } from './retry-transient.ts';
import type { MemberRoutes, Outgoing } from './routes.ts';

export interface RouteParts {
  readonly routes: MemberRoutes;
  readonly log: Log;
  /** Told which ways Discord has refused for good, so that they are not tried again after a restart. */
  readonly onRefused: (job: Job, routes: readonly DeliveryRoute[]) => Promise<void>;
}

/** At least so often routes are looked at again that Discord asked to wait for: an interaction's token ends meanwhile. */
const LONGEST_PAUSE_MS = 15 * 60_000;

/** A message that reached the member, and the way it went. */
export interface Arrived {
  readonly messageId: string;
  /** Sends a further message the same way. */
  readonly more: (message: Outgoing, nonce: string) => Promise<string>;
  /** Changes the text of the message, and keeps its files. */
  readonly rewrite: (body: Outgoing['body']) => Promise<string>;
}

export interface Reached<T> extends Arrived {
  readonly route: DeliveryRoute;
  /** Which of the messages it was. */
  readonly sent: T;
  /** Discord takes no files by this way, whatever their size. */
  readonly refusesFiles: boolean;
}

/** How far a message came. */
export interface RouteOutcome<T> {
  /** Undefined when no way was open. */
  readonly reached: Reached<T> | undefined;
  /** The ways by which the progress message may still be edited. */
  readonly editable: readonly DeliveryRoute[];
}

type Way = (message: Outgoing) => Promise<Arrived>;

/** The body with the member's mention before its text; it pings only where `allowed_mentions` says so. */
function mentioning(body: Outgoing['body'], userId: string): Outgoing['body'] {
  return { ...body, content: [`<@${userId}>`, body.content].filter(Boolean).join(' ') };
}

/** Looks for a message that an earlier try, or an earlier process, may have posted. */
async function findPosted(routes: MemberRoutes, channelId: string, job: Job, message: Outgoing) {
  try {
    return await routes.findPosted(channelId, job, message);
  } catch (error) {
    // Without the right to read on, the nonce alone has to do.
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

async function postOnce(routes: MemberRoutes, channelId: string, job: Job, message: Outgoing, nonce: string) {
  return (await findPosted(routes, channelId, job, message)) ?? routes.post(channelId, nonce, message);
}

/** @param mention whether the member is mentioned: needless in their own direct messages */
function posting(routes: MemberRoutes, channelId: string, job: Job, mention: boolean): Way {
  const { id, requesterId, state } = job;
  // Else Discord would answer a second delivery with the message of the first.
  const nonce = state.name === 'delivering' && state.isRetry ? `${id}-r` : id;
  const worded = (body: Outgoing['body']) => (mention ? mentioning(body, requesterId) : body);
  return async ({ body, files }) => {
    // The only call that ever mentions, and it mentions one member: the one who waits for this.
    const pings = mention ? { allowed_mentions: { parse: [], users: [requesterId] } } : {};
    const message = { body: { ...worded(body), ...pings }, files };
    const messageId = await postOnce(routes, channelId, job, message, nonce);
    return {
      messageId,
      more: (next, moreNonce) => postOnce(routes, channelId, job, next, moreNonce),
      rewrite: (next) => routes.editMessage(channelId, messageId, { body: worded(next), files: [] }),
    };
  };
}

function wayOf(route: DeliveryRoute, job: Job, routes: MemberRoutes): Way | undefined {
  const { channelId, isPrivate } = job;
  const [knownId] = job.messageIds;
  switch (route) {
    case 'reply':
      if (!routes.isTokenAlive(job)) return undefined;
      return async (message) => {
        const messageId = await routes.editReply(job, message);
        return {
          messageId,
          async more(next, nonce) {
            if (isPrivate) return routes.followUp(job, next);
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
      return async (message) => ({
        messageId: await routes.editMessage(channelId, knownId, message),
        more: (next, nonce) => postOnce(routes, channelId, job, next, nonce),
        rewrite: (body) => routes.editMessage(channelId, knownId, { body, files: [] }),
      });
    case 'channel':
      // A private image never becomes public.
      return isPrivate ? undefined : posting(routes, channelId, job, job.guildId !== undefined);
    case 'direct message':
      return async (message) => {
        const directMessages = await routes.openDirectMessages(job.requesterId);
        return posting(routes, directMessages, job, false)(message);
      };
    default:
      return route satisfies never;
  }
}

/**
 * Brings a message to the member by the first way that is open: the interaction's token, the bot's own edit, a new message
 * in the channel, a direct message. While Discord has trouble a way is tried again; when it refuses, the next one is due. So it
 * is where Discord asks for a long wait, and when no other way was open, all are tried again after it.
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
      const way = wayOf(route, job, routes);
      if (!way) continue;
      const { arrived, error } = await tryAlternatives(way, alternatives, { job, route, log });
      if (arrived) return { reached: { ...arrived, route }, editable: editable() };
      const waitMs = namedWaitMs(error);
      if (waitMs > 0) waitsMs.push(waitMs);
      if (!isStillEditable(error)) closed.add(route);
      // What failed from mere trouble may be open again for the next process.
      if (isTransient(error)) continue;
      refused.push(route);
      await onRefused(job, refused);
    }
    if (waitsMs.length === 0) return { reached: undefined, editable: editable() };
    await wait(Math.min(...waitsMs, LONGEST_PAUSE_MS));
  }
}

/** Tries one way with the message, then with what may take its place there. @throws what Discord answered when the files are too large */
async function tryAlternatives<T extends Outgoing>(
  way: Way,
  alternatives: readonly T[],
  { job, route, log }: { readonly job: Job; readonly route: DeliveryRoute; readonly log: Log },
): Promise<{ readonly arrived?: Omit<Reached<T>, 'route'>; readonly error?: unknown }> {
  let error: unknown;
  let refusesFiles = false;
  for (const sent of alternatives) {
    if (refusesFiles && sent.files.length > 0) continue;
    // Another route may be open at once where Discord asks for a long wait here.
    const outcome = await retryTransient(() => way(sent), { job: job.id, route }, log, 0);
    if ('value' in outcome) return { arrived: { ...outcome.value, sent, refusesFiles } };
    error = outcome.error;
    const hasFiles = sent.files.length > 0;
    if (hasFiles && isTooLarge(error)) throw error;
    if (hasFiles && isContentRefused(error)) refusesFiles = true;
    if (!isMessageRefused(error) && !isContentRefused(error)) break;
  }
  return { error };
}
