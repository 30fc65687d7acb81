import { FatalError } from '../fatal.ts';
import { isFailure } from './sqlite.ts';

/** What to say when a SQLite file can't be opened: one line for the operator. */
export function explainSqlite(error: unknown, path: string): unknown {
  if (error instanceof FatalError || !(error instanceof Error)) return error;
  if (isFailure(error, 'SQLITE_CORRUPT'))
    return new FatalError(
      `The database ${path} is damaged (${error.message}): restore a backup, or move it away to start with an empty one.`,
      { cause: error },
    );
  if (isFailure(error, 'SQLITE_BUSY'))
    return new FatalError(`The database ${path} is locked by another program: close that one.`, { cause: error });
  return new FatalError(`The database ${path} can't be opened: ${error.message}`, { cause: error });
}

/** What to say when a commit can't be synced to disk: one line for the operator. */
export function explainSyncFailure(error: unknown, path: string): FatalError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FatalError(`The database ${path} can't be synced to disk (${reason}): check the disk.`, { cause: error });
}
