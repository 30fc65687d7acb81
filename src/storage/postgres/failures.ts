import pg from 'pg';
import { DatabaseBusy, DatabaseFull } from '../errors.ts';

/** Nothing of a statement and its transaction was stored, for a transient reason. */
export class NotStored extends Error {
  override readonly name = 'NotStored';
  /** Whether another transaction was in the way, which has ended by now; otherwise the server was unreachable. */
  readonly isConflict: boolean;

  constructor(cause: Error, isConflict: boolean) {
    super(`Nothing was stored: ${cause.message}`, { cause });
    this.isConflict = isConflict;
  }
}

/** The transaction was rolled back because of another one. */
const CONFLICTS = ['40001', '40P01'];
/** No disk space, and a disk error. */
const DISK = ['53100', '58030'];
/** Waited for a lock until `lock_timeout`, or was cancelled. */
const WAITED = ['55P03', '57014'];
/** The connection was ended or refused: by an administrator, a crash, a time-out, a full server, a standby. */
const CONNECTION_LOST = /^(08...|57P0[1-5]|25P0[34]|53300|25006)$/;

/** The server's code of an error; undefined for an error of the connection. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function serverCodeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The error that a failed statement throws: one that callers of a database know, or the server's own. */
export function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof NotStored) return error;
  const code = serverCodeOf(error);
  if (code === undefined) return new NotStored(error, false);
  if (CONFLICTS.includes(code)) return new NotStored(error, true);
  if (DISK.includes(code)) return new DatabaseFull(error);
  if (WAITED.includes(code)) return new DatabaseBusy(error);
  if (CONNECTION_LOST.test(code)) return new NotStored(error, false);
  return error;
}
