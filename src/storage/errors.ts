/** How long a statement waits for the database before it fails with DatabaseBusy, in milliseconds. */
export const BUSY_LIMIT_MS = 10_000;

/**
 * The database took nothing for BUSY_LIMIT_MS: it was locked by another program, or by a transaction of this process that didn't
 * end, or it was out of reach. Nothing was stored.
 */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';

  /** @param problem what it did all the time */
  constructor(cause?: Error, problem = 'stayed locked') {
    super(`The database ${problem} for ${BUSY_LIMIT_MS / 1_000} s.`, { cause });
  }
}

/** The disk took no more data: it is full, or it fails. Nothing of the statement, and of its transaction, was stored. */
export class DatabaseFull extends Error {
  override readonly name = 'DatabaseFull';

  constructor(cause: Error) {
    super(`The disk of the database is full or fails: ${cause.message}.`, { cause });
  }
}
