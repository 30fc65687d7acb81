import { FatalError } from '../fatal.ts';
import { type SqliteConnection, type SqliteDriver, SqliteFailure } from './sqlite.ts';

/**
 * Makes this process the owner of a database until the returned function is called or the process ends: the system also frees the
 * lock of a killed process. The lock is an open transaction on a file beside the database.
 * @param path the real path, so that two names of one file have the same lock
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
  // Two processes that start together may block each other: both retry for a moment, so that not both give up.
  const lock = driver.open(lockPath, { busyTimeoutMs: 100 });
  try {
    // Otherwise there would be a journal file, which would stay after a kill.
    lock.execute('pragma journal_mode = memory');
    lock.execute('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}
