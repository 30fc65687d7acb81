import { retry } from '../../time.ts';
import { BUSY_LIMIT_MS, DatabaseBusy } from '../errors.ts';
import { NotStored } from './failures.ts';

/**
 * Repeats what left nothing stored, for up to BUSY_LIMIT_MS: at once when another transaction was in the way, for of those that
 * meet one has succeeded each time, and after growing pauses when the server is out of reach.
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
    throw new DatabaseBusy(cause instanceof Error ? cause : error, isConflict ? undefined : 'was out of reach');
  }
}
