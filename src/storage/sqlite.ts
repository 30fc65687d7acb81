/** What the two SQLite drivers have in common. Both are synchronous: a statement is over when `execute` returns. */
export interface SqliteDriver {
  readonly name: string;
  /**
   * Opens a file, which is made when it isn't there and `isReadOnly` isn't set.
   * @param options.busyTimeoutMs how long a statement may block the process while another one holds the file
   * @throws SqliteFailure
   */
  open(path: string, options: { readonly busyTimeoutMs: number; readonly isReadOnly?: boolean }): SqliteConnection;
}

export interface SqliteConnection {
  /** False also after an error that made SQLite roll the transaction back by itself. */
  readonly isInTransaction: boolean;
  /** @throws SqliteFailure, or TypeError for a parameter that is no `SqliteValue` */
  execute(sql: string, parameters?: readonly unknown[]): SqliteResult;
  close(): void;
}

export interface SqliteResult {
  readonly rows: Record<string, unknown>[];
  /** Of an insert, update or delete without `returning`. */
  readonly changes?: number | bigint;
  readonly lastInsertRowid?: number | bigint;
}

export type SqliteValue = string | number | null;

/** An error of SQLite itself, the same with every driver. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  /** SQLite's primary result code, such as `SQLITE_BUSY`. @see https://www.sqlite.org/rescode.html */
  readonly code: string;

  /** @param extendedCode what the driver said, which tells more than `code` */
  constructor(code: string, extendedCode: string | number, cause: Error) {
    super(`${cause.message} (${extendedCode})`, { cause });
    this.code = code;
  }
}

export function isFailure(error: unknown, ...codes: readonly string[]): error is SqliteFailure {
  return error instanceof SqliteFailure && codes.includes(error.code);
}

/**
 * The same values for every driver. Left to themselves they differ: a Date is stored as NULL by the one and refused by the other,
 * so is undefined, and some Node versions cut text at a NUL character when they read it.
 * @throws TypeError for anything else than text, finite numbers up to 2^53 and null
 */
export function toSqliteValues(parameters: readonly unknown[]): SqliteValue[] {
  return parameters.map((value, index) => {
    if (value === null) return null;
    if (typeof value === 'string' && !value.includes('\0')) return value;
    if (typeof value === 'number' && Number.isFinite(value) && !isUnsafeInteger(value)) return value;
    const problem = typeof value === 'string' ? 'text with a NUL character' : describe(value);
    throw new TypeError(
      `Parameter ${index + 1} of a statement is ${problem}; text, safe numbers and null can be stored.`,
    );
  });
}

function isUnsafeInteger(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function describe(value: unknown): string {
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'object' && value !== null
    ? `an object (${value.constructor?.name})`
    : `of type ${typeof value}`;
}
