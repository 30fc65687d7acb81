import { DiscordAPIError } from 'discord.js';
import type { Log } from '../log.ts';
import { retry } from '../time.ts';
import { isTransient, namedWaitMs } from './refusals.ts';

/** How long a call is repeated while Discord itself has trouble. */
const PATIENCE_MS = 15 * 60_000;

/** What became of a call: its answer, or the last error. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Repeats a call to Discord, with growing pauses, for as long as what it meets is trouble that passes, at most a quarter of
 * an hour. It has to be one that may be repeated: an edit, or a post that looks for itself first. Never throws.
 * @param longestNamedWaitMs gives up at once where Discord names a longer wait; default a quarter of an hour
 */
export async function retryTransient<T>(
  work: () => Promise<T>,
  facts: { readonly job: string; readonly route: string },
  log: Log,
  longestNamedWaitMs = PATIENCE_MS,
): Promise<Outcome<T>> {
  const noteFailure = (error: unknown) => {
    if (isTransient(error) || error instanceof DiscordAPIError)
      log.warn({ err: error, ...facts }, 'a way to the member failed');
    else log.error({ err: error, ...facts }, 'a way to the member broke on our side');
  };
  const noted = async () => {
    try {
      return await work();
    } catch (error) {
      noteFailure(error);
      throw error;
    }
  };
  try {
    const value = await retry(noted, {
      shouldRetry: (error) => isTransient(error) && namedWaitMs(error) <= longestNamedWaitMs,
      firstPauseMs: 500,
      longestPauseMs: 30_000,
      giveUpAfterMs: PATIENCE_MS,
      pauseFor: (error, growingMs) => Math.max(growingMs, namedWaitMs(error)),
    });
    return { value };
  } catch (error) {
    return { error };
  }
}
