import { monotonicNow, wait } from '../../time.ts';
import { BUSY_LIMIT_MS, DatabaseBusy } from '../errors.ts';
import { Undone } from './failures.ts';

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;

/**
 * Repeats what left nothing stored, for up to BUSY_LIMIT_MS: at once when another transaction was in the way, for of those that
 * meet one has succeeded each time, and after growing pauses when the server is out of reach.
 * @param signal ends the waiting, with its reason
 * @throws DatabaseBusy when the time is over
 */
export async function retry<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadlineMs = monotonicNow() + BUSY_LIMIT_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
      const { cause, isConflict } = error;
      if (monotonicNow() + (isConflict ? 0 : pauseMs) > deadlineMs)
        throw new DatabaseBusy(cause instanceof Error ? cause : error, isConflict ? undefined : 'was out of reach');
      if (isConflict) continue;
    }
    await wait(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}
