import { retry } from '../../time.ts';
import { BUSY_LIMIT_MS, DatabaseBusy } from '../errors.ts';
import { NotStored } from './failures.ts';

/**
 * Repeats an attempt that stored nothing, for up to BUSY_LIMIT_MS: at once after a conflict, since one of the conflicting transactions
 * has succeeded, and after growing pauses while the server is unreachable.
 * @param signal ends the waiting, with its reason
 * @throws DatabaseBusy when the time is over
 */
export async function retryNotStored<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await retry(attempt, {
      signal,
      shouldRetry: (error) => error instanceof NotStored,
      firstPauseMs: 25,
      longestPauseMs: 500,
      giveUpAfterMs: BUSY_LIMIT_MS,
      pauseFor: (error, growingMs) => (error instanceof NotStored && error.isConflict ? 0 : growingMs),
    });
  } catch (error) {
    if (!(error instanceof NotStored)) throw error;
    const { cause, isConflict } = error;
    throw new DatabaseBusy(cause instanceof Error ? cause : error, isConflict ? undefined : 'was unreachable');
  }
}
