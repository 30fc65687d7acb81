import { DiscordAPIError } from 'discord.js';
import { retry } from '../time.ts';

const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Retries something that isn't urgent until it succeeds, with growing pauses. A refusal lasts until a person changes something, so
 * it is retried hourly from the start.
 * @param report called after a failure, unless the pause before it was as long: then the log already has it
 * @throws `signal.reason`
 */
export async function retryForever<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  report: (error: unknown, pauseMs: number) => void,
): Promise<T> {
  signal.throwIfAborted();
  let lastPauseMs = 0;
  return retry(attempt, {
    signal,
    firstPauseMs: 2_000,
    longestPauseMs: LONGEST_PAUSE_MS,
    pauseFor: (error, growingMs) => (isRefusal(error) ? LONGEST_PAUSE_MS : growingMs),
    onRetry: (error, pauseMs) => {
      if (pauseMs !== lastPauseMs) report(error, pauseMs);
      lastPauseMs = pauseMs;
    },
  });
}

/** A GET that is refused as malformed has a wrong id in its path. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof DiscordAPIError)) return false;
  const { status, method } = error;
  return status === 403 || status === 404 || (status === 400 && method === 'GET');
}
