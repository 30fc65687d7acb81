import type { Log } from '../log.ts';
import { now, wait } from '../time.ts';
import { isRefusal, isTooLarge } from './refusals.ts';

/** How long a call is repeated while Discord itself has trouble. */
const PATIENCE_MS = 15 * 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Repeats a call to Discord, with growing pauses, until it is answered one way or the other. It has to be one that may be
 * repeated: an edit, or a post that looks for itself first.
 * @returns undefined when Discord refused for good, or had trouble for a quarter of an hour
 * @throws what Discord answered when the message is too large
 */
export async function insist<T>(
  work: () => Promise<T>,
  facts: { readonly job: string; readonly rung: string },
  log: Log,
): Promise<{ readonly value: T } | undefined> {
  const giveUpAtMs = now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return { value: await work() };
    } catch (error) {
      if (isTooLarge(error)) throw error;
      log.warn({ err: error, ...facts }, 'a way to the member failed');
      if (isRefusal(error) || now() > giveUpAtMs) return undefined;
      await wait(pauseMs);
    }
  }
}
