import { monotonicNow, retry } from '../time.ts';
import { BUSY_LIMIT_MS, DatabaseBusy, DatabaseFull } from './errors.ts';
import { Mutex } from './mutex.ts';
import { isFailure, type SqliteConnection, type SqliteResult } from './sqlite.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Whether it certainly changes nothing. */
  readonly isRead: boolean;
  /** Whether a power failure may lose it; the end of the process may not. */
  readonly isRelaxed?: boolean;
}

/**
 * Shares one connection among all statements. While another program holds the database, a statement is retried after a pause without
 * holding the connection, so that others can read. Only one writing statement retries at a time, since each try blocks the process
 * for the connection's busy timeout.
 */
export class ConnectionQueue {
  readonly #sqlite: SqliteConnection;
  readonly #closing = new AbortController();
  readonly #writing = new Mutex();
  readonly #connection = new Mutex();
  #isRelaxed = false;

  constructor(sqlite: SqliteConnection) {
    this.#sqlite = sqlite;
  }

  /** Runs a statement outside of transactions. @throws DatabaseBusy, DatabaseFull, SqliteFailure, TypeError */
  async run(statement: Statement): Promise<SqliteResult> {
    const deadlineMs = monotonicNow() + BUSY_LIMIT_MS;
    if (!statement.isRead) await this.#writing.lock(BUSY_LIMIT_MS);
    try {
      const result = await this.#runAndKeepConnection(statement, deadlineMs);
      this.#connection.unlock();
      return result;
    } finally {
      if (!statement.isRead) this.#writing.unlock();
    }
  }

  /**
   * Begins a transaction with a write lock: one that reads first and writes later can be refused for good.
   * @see https://www.sqlite.org/lang_transaction.html
   */
  async begin(): Promise<void> {
    const deadlineMs = monotonicNow() + BUSY_LIMIT_MS;
    await this.#writing.lock(BUSY_LIMIT_MS);
    try {
      await this.#runAndKeepConnection({ sql: 'begin immediate', parameters: [], isRead: false }, deadlineMs);
    } catch (error) {
      this.#writing.unlock();
      throw error;
    }
  }

  /** Runs a statement of the current transaction. @throws as `run`, and Error when an earlier failure has ended the transaction */
  runInTransaction(statement: Statement): SqliteResult {
    if (!this.#sqlite.isInTransaction) throw new Error('The transaction was rolled back after a failed statement.');
    return this.#execute(statement);
  }

  /** Commits. After an error, the transaction has to be rolled back. */
  commit(): void {
    this.runInTransaction({ sql: 'commit', parameters: [], isRead: false });
    this.#end();
  }

  /** Does nothing if SQLite has rolled back by itself, as after a full disk. */
  rollback(): void {
    try {
      if (this.#sqlite.isInTransaction) this.#execute({ sql: 'rollback', parameters: [], isRead: false });
    } finally {
      this.#end();
    }
  }

  /** Waits for statements under way; those that wait for another program's lock fail. Nothing can be run afterwards. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The database was closed while another program held it.'));
    await this.#writing.lock(BUSY_LIMIT_MS);
  }

  #end(): void {
    this.#connection.unlock();
    this.#writing.unlock();
  }

  async #runAndKeepConnection(statement: Statement, deadlineMs: number): Promise<SqliteResult> {
    const runOnce = async () => {
      await this.#connection.lock(deadlineMs - monotonicNow());
      try {
        return this.#execute(statement);
      } catch (error) {
        this.#connection.unlock();
        throw error;
      }
    };
    return retry(runOnce, {
      signal: this.#closing.signal,
      shouldRetry: (error) => error instanceof DatabaseBusy,
      firstPauseMs: 25,
      longestPauseMs: 500,
      giveUpAfterMs: deadlineMs - monotonicNow(),
    });
  }

  #execute({ sql, parameters, isRead, isRelaxed = false }: Statement): SqliteResult {
    try {
      // It can't be changed within a transaction, and doesn't matter for reads.
      if (!isRead && !this.#sqlite.isInTransaction && isRelaxed !== this.#isRelaxed) {
        this.#sqlite.execute(`pragma synchronous = ${isRelaxed ? 'normal' : 'full'}`);
        this.#isRelaxed = isRelaxed;
      }
      return this.#sqlite.execute(sql, parameters);
    } catch (error) {
      if (isFailure(error, 'SQLITE_BUSY')) throw new DatabaseBusy(error);
      // A full disk causes either code, depending on the system.
      if (isFailure(error, 'SQLITE_FULL', 'SQLITE_IOERR')) throw new DatabaseFull(error);
      throw error;
    }
  }
}
