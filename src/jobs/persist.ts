import type { Log } from '../log.ts';
import { DatabaseBusy, DatabaseFull } from '../storage/errors.ts';
import { retry } from '../time.ts';

/**
 * Stores something that must be stored before a job goes on: while the database is locked or the disk is full, again and
 * again with growing pauses. The job waits meanwhile, and nothing of it is lost as long as the process lives.
 * @throws `signal.reason`, or what `work` throws for any other reason
 */
export function untilStored<T>(work: () => Promise<T>, log: Log, signal: AbortSignal): Promise<T> {
  return retry(work, {
    signal,
    shouldRetry: (error) => error instanceof DatabaseBusy || error instanceof DatabaseFull,
    firstPauseMs: 500,
    longestPauseMs: 30_000,
    onRetry: (error, pauseMs) =>
      log.error({ err: error, pauseMs }, 'the database takes nothing at present; what has to be stored waits'),
  });
}
