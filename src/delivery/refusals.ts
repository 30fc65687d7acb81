import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';

/** Node's and undici's codes for connections that failed or broke, and for time-outs. */
const CONNECTION_ERRORS: ReadonlySet<unknown> = new Set([
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
 * Codes about the content of a message rather than its route: the recipient accepts no explicit content, the bot may not attach files
 * (50013, also where it may not write at all), a link looks harmful, the server's uploads are limited. A message with less may be accepted.
 */
const CONTENT_REFUSALS: ReadonlySet<number | string> = new Set([20_009, 50_013, 240_000, 400_001]);

/** Statuses after which a message, or the permission to edit it, does not come back. */
const GONE: ReadonlySet<number> = new Set([401, 403, 404]);

/** Whether Discord refused for good, so that a retry would not help. */
export function isRefusal(error: unknown): error is DiscordAPIError {
  return error instanceof DiscordAPIError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** Whether a retry may help: after a 5xx, a 429, a broken connection or a time-out. */
export function isTransient(error: unknown): boolean {
  if (error instanceof RateLimitError) return true;
  if (error instanceof HTTPError) return error.status >= 500 || error.status === 429;
  if (error instanceof DiscordAPIError) return error.status === 429;
  if (!(error instanceof Error)) return false;
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return true;
  return 'code' in error && CONNECTION_ERRORS.has(error.code);
}

/** How long Discord asked to wait, if that was too long for the request itself to wait; otherwise 0. */
export function requestedWaitMs(error: unknown): number {
  return error instanceof RateLimitError ? error.retryAfter : 0;
}

/** Whether a file or the request is over a limit: 40005, 50045, or a 413 from a proxy, which isn't JSON. */
export function isTooLarge(error: unknown): boolean {
  if (error instanceof HTTPError) return error.status === 413;
  return error instanceof DiscordAPIError && (error.status === 413 || error.code === 40_005 || error.code === 50_045);
}

/** Whether a message may have been refused because of its files: too large, no permission (50013), not allowed here (400001). */
export function mayBeAboutFiles(error: unknown): boolean {
  return isTooLarge(error) || (isRefusal(error) && (error.status === 400 || error.status === 403));
}

/** Whether Discord refuses this message (mostly 50035): it may accept another one. */
export function isMessageRefused(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status === 400 && !isTooLarge(error);
}

/** Whether Discord refuses the content of a message, its files or an address: it may accept the message without them. */
export function isContentRefused(error: unknown): boolean {
  return error instanceof DiscordAPIError && CONTENT_REFUSALS.has(error.code);
}

/** Whether the message was deleted: 10008. */
export function isMessageGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === 10_008;
}

/** Whether the message may still be edited, perhaps with less content. */
export function isStillEditable(error: unknown): boolean {
  return isMessageRefused(error) || isContentRefused(error) || isTransient(error);
}

/** Whether this route to the message is closed for good: the message, its channel, the token (10015, 10062, 50027) or a permission is gone. */
export function isRouteGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && GONE.has(error.status);
}
