import { DiscordAPIError, HTTPError } from 'discord.js';

/** Discord refused for good: trying the same again is of no use. */
export function isRefusal(error: unknown): error is DiscordAPIError {
  return error instanceof DiscordAPIError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** A file or the request is over a limit: 40005, 50045, or a 413 from a proxy, which isn't JSON. */
export function isTooLarge(error: unknown): boolean {
  if (error instanceof HTTPError) return error.status === 413;
  return error instanceof DiscordAPIError && (error.status === 413 || error.code === 40_005 || error.code === 50_045);
}

/** The message is gone: 10008. */
export function isMessageGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === 10_008;
}
