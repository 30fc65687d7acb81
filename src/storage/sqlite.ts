/** The common interface of the two SQLite drivers. Both are synchronous: a statement has ended when `execute` returns. */
export interface SqliteDriver {
  readonly name: string;
  /**
   * Opens a file; makes it if it doesn't exist, unless `isReadOnly` is set.
   * @param options.busyTimeoutMs how long a statement may block this process while another one holds the file
   * @throws SqliteFailure
   */
  open(path: string, options: { readonly busyTimeoutMs: number; readonly isReadOnly?: boolean }): SqliteConnection;
}

export interface SqliteConnection {
  /** False also after an error that made SQLite roll back by itself. */
  readonly isInTransaction: boolean;
  /** @throws SqliteFailure, or TypeError for a parameter that can't be stored */
  execute(sql: string, parameters?: readonly unknown[]): SqliteResult;
  /** Syncs all earlier commits to disk. @throws when that fails: a power failure may lose them */
  sync(): Promise<void>;
  close(): void;
}

export interface SqliteResult {
  readonly rows: Record<string, unknown>[];
  /** Of an insert, update or delete without `returning`. */
  readonly changes?: number | bigint;
  readonly lastInsertRowid?: number | bigint;
}

/** An error of SQLite itself, the same with every driver. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  /** SQLite's primary result code, such as `SQLITE_BUSY`. @see https://www.sqlite.org/rescode.html */
  readonly code: string;

  /** @param extendedCode the driver's more detailed code */
  constructor(code: string, extendedCode: string | number, cause: Error) {
    super(`${cause.message} (${extendedCode})`, { cause });
    this.code = code;
  }
}

export function isFailure(error: unknown, ...codes: readonly string[]): error is SqliteFailure {
  return error instanceof SqliteFailure && codes.includes(error.code);
}
