import type { Log } from '../log.ts';
import { DatabaseBusy, DatabaseFull } from '../storage/errors.ts';
import { wait } from '../time.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Stores what must be stored before a job can continue: while the database is locked or the disk is full, it tries again with
 * growing pauses. Nothing is lost as long as the process lives.
 * @throws `signal.reason`, or what `work` throws for any other reason
 */
export async function retryWhileBusy<T>(work: () => Promise<T>, log: Log, signal: AbortSignal): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseBusy || error instanceof DatabaseFull)) throw error;
      log.error({ err: error, pauseMs }, 'database busy, write retried');
      await wait(pauseMs, signal);
    }
  }
}
