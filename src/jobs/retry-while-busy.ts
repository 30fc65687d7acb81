import type { Log } from '../log.ts';
import { DatabaseBusy, DatabaseFull } from '../storage/errors.ts';
import { retry } from '../time.ts';

/**
 * Stores what must be stored before a job can continue: while the database is locked or the disk is full, it tries again with
 * growing pauses. Nothing is lost as long as the process lives.
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
