import { FatalError } from '../fatal.ts';
import { type SqliteConnection, type SqliteDriver, SqliteFailure } from './sqlite.ts';

/**
 * Makes this process the owner of a database, until the returned function is called or the process ends, however that happens:
 * the system frees the lock of a killed process. It is a transaction that stays open on a file beside the database.
 * @param path the real path, so that two names of one file meet the same lock
 * @throws FatalError at once when another process is the owner, or the lock file can't be used
 */
export function lockDatabase(driver: SqliteDriver, path: string): () => void {
  const lockPath = `${path}.lock`;
  try {
    const lock = openLocked(driver, lockPath);
    return () => lock.close();
  } catch (error) {
    if (!(error instanceof SqliteFailure)) throw error;
    const refusal =
      error.code === 'SQLITE_BUSY'
        ? `The database ${path} is in use by another process: stop that one, or give this one a DATABASE_URL of its own.`
        : `The lock file ${lockPath} can't be used (${error.message}): move it away.`;
    throw new FatalError(refusal, { cause: error });
  }
}

function openLocked(driver: SqliteDriver, lockPath: string): SqliteConnection {
  // Of two that start at the same moment, each may be in the other's way: so that not both give up, both try for a moment.
  const lock = driver.open(lockPath, { busyTimeoutMs: 100 });
  try {
    // Else a journal file would lie beside the lock file, and stay there after a kill.
    lock.execute('pragma journal_mode = memory');
    lock.execute('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}
