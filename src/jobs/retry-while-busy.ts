import type { Log } from '../log.ts';
import { DatabaseBusy, DatabaseFull } from '../storage/errors.ts';
import { retry } from '../time.ts';

/**
 * Runs a write that a job can't continue without: retries, with growing pauses, while the database is locked or the disk is full.
 * @throws `signal.reason`, or what `work` throws for any other reason
 */
export function retryWhileBusy<T>(work: () => Promise<T>, log: Log, signal: AbortSignal): Promise<T> {
  return retry(work, {
    signal,
    shouldRetry: (error) => error instanceof DatabaseBusy || error instanceof DatabaseFull,
    firstPauseMs: 500,
    longestPauseMs: 30_000,
    onRetry: (error, pauseMs) => log.error({ err: error, pauseMs }, 'database busy, write retried'),
  });
}
