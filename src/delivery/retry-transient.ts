import { DiscordAPIError } from 'discord.js';
import type { Log } from '../log.ts';
import { retry } from '../time.ts';
import { isTransient, requestedWaitMs } from './refusals.ts';

/** How long a call is retried while Discord has trouble. */
const RETRY_LIMIT_MS = 15 * 60_000;

/** The answer of a call, or its last error. */
export type CallOutcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Retries a call to Discord after transient errors, with growing pauses, for at most 15 minutes. The call has to be safe to
 * repeat: an edit, or a post that first looks for an earlier one. Never throws.
 * @param longestRequestedWaitMs gives up at once when Discord asks for a longer wait; default 15 minutes
 */
export async function retryTransient<T>(
  work: () => Promise<T>,
  facts: { readonly job: string; readonly route: string },
  log: Log,
  longestRequestedWaitMs = RETRY_LIMIT_MS,
): Promise<CallOutcome<T>> {
  const logFailure = (error: unknown) => {
    if (isTransient(error) || error instanceof DiscordAPIError)
      log.warn({ err: error, ...facts }, 'delivery call failed');
    else log.error({ err: error, ...facts }, 'delivery call failed on our side');
  };
  const logged = async () => {
    try {
      return await work();
    } catch (error) {
      logFailure(error);
      throw error;
    }
  };
  try {
    const value = await retry(logged, {
      shouldRetry: (error) => isTransient(error) && requestedWaitMs(error) <= longestRequestedWaitMs,
      firstPauseMs: 500,
      longestPauseMs: 30_000,
      giveUpAfterMs: RETRY_LIMIT_MS,
      pauseFor: (error, growingMs) => Math.max(growingMs, requestedWaitMs(error)),
    });
    return { value };
  } catch (error) {
    return { error };
  }
}
