import { DiscordAPIError, HTTPError } from 'discord.js';
import * as z from 'zod';
import { networkReasonOf } from '../system-errors.ts';

interface LoginTrouble {
  /** For the log: what happened, and what to do. */
  readonly message: string;
  readonly facts: object;
}

/** Errors of the network and of TLS, in Node, its DNS and undici, such as ENOTFOUND, UND_ERR_SOCKET or DEPTH_ZERO_SELF_SIGNED_CERT. */
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]+$/;

/** Why a login that will be retried has failed. */
export function describeLoginTrouble(error: unknown): LoginTrouble {
  if (error instanceof HTTPError || (error instanceof DiscordAPIError && error.status >= 500)) {
    const message = 'Discord outage, see https://discordstatus.com; if it lasts, check DISCORD_API_URL';
    return { message, facts: { status: error.status } };
  }
  if (error instanceof DiscordAPIError || error instanceof z.ZodError) {
    const facts = error instanceof DiscordAPIError ? { status: error.status, code: error.code } : {};
    return { message: 'unexpected answer from Discord, check DISCORD_API_URL and any proxy', facts };
  }
  if (isNetworkError(error)) {
    const message = 'Discord unreachable, check the network, any proxy and DISCORD_API_URL';
    return { message, facts: { reason: networkReasonOf(error) } };
  }
  return { message: 'login failed', facts: { err: error } };
}

function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // discord.js aborts what takes too long.
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return true;
  return (
    ('code' in error && typeof error.code === 'string' && SYSTEM_CODE.test(error.code)) || isNetworkError(error.cause)
  );
}
