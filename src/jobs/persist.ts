import type { Log } from '../log.ts';
import { DatabaseBusy, DatabaseFull } from '../storage/errors.ts';
import { wait } from '../time.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Stores something that must be stored before a job goes on: while the database is locked or the disk is full, again and
 * again with growing pauses. The job waits meanwhile, and nothing of it is lost as long as the process lives.
 * @throws `signal.reason`, or what `work` throws for any other reason
 */
export async function untilStored<T>(work: () => Promise<T>, log: Log, signal: AbortSignal): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseBusy || error instanceof DatabaseFull)) throw error;
      log.error({ err: error, pauseMs }, 'the database takes nothing at present; what has to be stored waits');
      await wait(pauseMs, signal);
    }
  }
}
