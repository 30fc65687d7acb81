import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';

/** How Node and undici name a connection that could not be made or broke, and an answer that did not come in time. */
const CONNECTION_TROUBLE: ReadonlySet<unknown> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/**
 * Answers to what is in a message rather than to the way it takes: the recipient takes no explicit content, the bot may not attach files, the
 * address looks harmful, the server's uploads are limited. Less may go through. The second is also met where the bot may not write at all.
 */
const CONTENT_REFUSALS: ReadonlySet<number | string> = new Set([20_009, 50_013, 240_000, 400_001]);

/** Answers after which a message, or the right to touch it, does not come back. */
const GONE: ReadonlySet<number> = new Set([401, 403, 404]);

/** Discord refused for good: trying the same again is of no use. */
export function isRefusal(error: unknown): error is DiscordAPIError {
  return error instanceof DiscordAPIError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** Discord, or the way to it, has trouble that passes: a 5xx, a 429, a broken connection, a time-out. */
export function isTransient(error: unknown): boolean {
  if (error instanceof RateLimitError) return true;
  if (error instanceof HTTPError) return error.status >= 500 || error.status === 429;
  if (error instanceof DiscordAPIError) return error.status === 429;
  if (!(error instanceof Error)) return false;
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return true;
  return 'code' in error && CONNECTION_TROUBLE.has(error.code);
}

/** How long Discord asked to wait, where that was too long for the request itself to wait; 0 otherwise. */
export function namedWaitMs(error: unknown): number {
  return error instanceof RateLimitError ? error.retryAfter : 0;
}

/** A file or the request is over a limit: 40005, 50045, or a 413 from a proxy, which isn't JSON. */
export function isTooLarge(error: unknown): boolean {
  if (error instanceof HTTPError) return error.status === 413;
  return error instanceof DiscordAPIError && (error.status === 413 || error.code === 40_005 || error.code === 50_045);
}

/** The files may be why a message was refused: too large, no right to attach any (50013), none at all here (400001). Without them it may do. */
export function mayBeTheFiles(error: unknown): boolean {
  return isTooLarge(error) || (isRefusal(error) && (error.status === 400 || error.status === 403));
}

/** Discord finds something wrong with the message itself, 50035 most of all: another message may do. */
export function isMessageRefused(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status === 400 && !isTooLarge(error);
}

/** Whether Discord refuses the content of a message, its files or an address: it may accept the message without them. */
export function isContentRefused(error: unknown): boolean {
  return error instanceof DiscordAPIError && CONTENT_REFUSALS.has(error.code);
}

/** The message is gone: 10008. */
export function isMessageGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === 10_008;
}

/** Whether the message can be edited all the same, with less in it. */
export function isStillEditable(error: unknown): boolean {
  return isMessageRefused(error) || isContentRefused(error) || isTransient(error);
}

/** This way to the message is closed for good: the message, its channel, the token (10015, 10062, 50027) or a right is gone. */
export function isWayGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && GONE.has(error.status);
}
