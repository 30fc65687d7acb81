import pg from 'pg';
import { DatabaseBusy, DatabaseFull } from '../errors.ts';

/** Nothing of a statement, and of its transaction, was stored, for a reason that may be gone at the next try. */
export class NotStored extends Error {
  override readonly name = 'Undone';
  /** True when another transaction was in the way, which has ended by now; else the server was out of reach. */
  readonly isConflict: boolean;

  constructor(cause: Error, isConflict: boolean) {
    super(`Nothing was stored: ${cause.message}`, { cause });
    this.isConflict = isConflict;
  }
}

/** What the server says of a transaction that met another one: it was rolled back. */
const CONFLICTS = ['40001', '40P01'];
/** No space, and an error of the disk. */
const DISK = ['53100', '58030'];
/** Waited for a lock as long as `lock_timeout` says, or was cancelled. */
const WAITED = ['55P03', '57014'];
/** The connection ends with these, or never began: ended by an administrator, a crash, a time-out, a full server; a standby. */
const CONNECTION_LOST = /^(08...|57P0[1-5]|25P0[34]|53300|25006)$/;

/** The server's code of an error; undefined for an error of the connection. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function serverCodeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** What a failed statement throws: what the callers of a database know, and else the server's own error. */
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
