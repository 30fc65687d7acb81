/** How long a statement waits for the database before it fails with DatabaseBusy, in milliseconds. */
export const BUSY_LIMIT_MS = 10_000;

/**
 * The database was unavailable for BUSY_LIMIT_MS: locked by another program or by a transaction of this process, or unreachable.
 * Nothing was stored.
 */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';

  /** @param problem completes "The database ... for 10 s." */
  constructor(cause?: Error, problem = 'stayed locked') {
    super(`The database ${problem} for ${BUSY_LIMIT_MS / 1_000} s.`, { cause });
  }
}

/** The disk is full or fails. Nothing of the statement and its transaction was stored. */
export class DatabaseFull extends Error {
  override readonly name = 'DatabaseFull';

  constructor(cause: Error) {
    super(`The disk of the database is full or fails: ${cause.message}.`, { cause });
  }
}
