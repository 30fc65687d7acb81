import { DiscordAPIError } from 'discord.js';
import { retry } from '../time.ts';

const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Does something that isn't urgent again and again until it succeeds, ever more slowly: what Discord forbids or doesn't find
 * changes only when a person changes it, so that is tried hourly from the start.
 * @param report told of a failure, unless the pause before was as long: whoever reads the log knows by then
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

/** A question (GET) that is refused as malformed has a wrong id in its path. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof DiscordAPIError)) return false;
  const { status, method } = error;
  return status === 403 || status === 404 || (status === 400 && method === 'GET');
}
