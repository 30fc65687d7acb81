import { DiscordAPIError } from 'discord.js';
import type { Log } from '../log.ts';
import { monotonicNow, wait } from '../time.ts';
import { isTransient, namedWaitMs } from './refusals.ts';

/** How long a call is repeated while Discord itself has trouble. */
const PATIENCE_MS = 15 * 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** What became of a call: its answer, or the last error. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Repeats a call to Discord, with growing pauses, for as long as what it meets is trouble that passes, at most a quarter of
 * an hour. It has to be one that may be repeated: an edit, or a post that looks for itself first. Never throws.
 * @param longestNamedWaitMs gives up at once where Discord names a longer wait; default a quarter of an hour
 */
export async function insist<T>(
  work: () => Promise<T>,
  facts: { readonly job: string; readonly rung: string },
  log: Log,
  longestNamedWaitMs = PATIENCE_MS,
): Promise<Outcome<T>> {
  const giveUpAtMs = monotonicNow() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return { value: await work() };
    } catch (error) {
      const canPass = isTransient(error);
      const isAnswer = error instanceof DiscordAPIError;
      if (canPass || isAnswer) log.warn({ err: error, ...facts }, 'a way to the member failed');
      else log.error({ err: error, ...facts }, 'a way to the member broke on our side');
      const waitMs = namedWaitMs(error);
      if (!canPass || monotonicNow() + waitMs > giveUpAtMs || waitMs > longestNamedWaitMs) return { error };
      await wait(Math.max(pauseMs, waitMs));
    }
  }
}
