import { monotonicNow, retry } from '../time.ts';
import { BUSY_LIMIT_MS, DatabaseBusy, DatabaseFull } from './errors.ts';
import { Mutex } from './mutex.ts';
import { isFailure, type SqliteConnection, type SqliteResult } from './sqlite.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** True when it surely changes nothing. */
  readonly isRead: boolean;
  /** True when it may be lost with the power, though not with the process. */
  readonly isRelaxed?: boolean;
}

/**
 * Shares the one connection among all statements. While another program holds the database a statement asks again after a pause,
 * without holding the connection, so that others can read meanwhile; of those who write only one asks, since each asking
 * blocks the process for the connection's busy timeout.
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
   * Begins a transaction, which may write from its first statement: one that reads first and writes later can meet a lock that no waiting solves.
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

  /** Runs a statement of the transaction that has begun. @throws as `run`, and Error when a failure before has ended the transaction */
  runInTransaction(statement: Statement): SqliteResult {
    if (!this.#sqlite.isInTransaction)
      throw new Error('The transaction was rolled back by the failure of a statement before.');
    return this.#execute(statement);
  }

  /** Commits. After an error the transaction is still to be rolled back. */
  commit(): void {
    this.runInTransaction({ sql: 'commit', parameters: [], isRead: false });
    this.#end();
  }

  /** Some errors, such as a full disk, make SQLite roll back by itself. */
  rollback(): void {
    try {
      if (this.#sqlite.isInTransaction) this.#execute({ sql: 'rollback', parameters: [], isRead: false });
    } finally {
      this.#end();
    }
  }

  /** Waits for what has begun; what is waiting for another program's lock fails. Nothing can be run afterwards. */
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
      // Can't be changed within a transaction, and needn't be for what changes nothing.
      if (!isRead && !this.#sqlite.isInTransaction && isRelaxed !== this.#isRelaxed) {
        this.#sqlite.execute(`pragma synchronous = ${isRelaxed ? 'normal' : 'full'}`);
        this.#isRelaxed = isRelaxed;
      }
      return this.#sqlite.execute(sql, parameters);
    } catch (error) {
      if (isFailure(error, 'SQLITE_BUSY')) throw new DatabaseBusy(error);
      // A full disk is the first of these codes or the second, as the system tells it.
      if (isFailure(error, 'SQLITE_FULL', 'SQLITE_IOERR')) throw new DatabaseFull(error);
      throw error;
    }
  }
}
