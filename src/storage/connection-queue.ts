import { monotonicNow, retry } from '../time.ts';
import { BUSY_LIMIT_MS, DatabaseBusy, DatabaseFull } from './errors.ts';
import { GroupCommit, type SharedTransaction, type Turn } from './group-commit.ts';
import { Mutex } from './mutex.ts';
import { isFailure, type SqliteConnection, type SqliteResult } from './sqlite.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** `write` changes rows, and may share a transaction with others; `other` may be something that no transaction allows. */
  readonly kind: 'read' | 'write' | 'other';
  /** Whether a power failure may lose it; the end of the process may not. */
  readonly isRelaxed?: boolean;
}

/** A transaction of one caller; SQLite's own may be shared with others. */
export interface OpenTransaction {
  /** @throws as `ConnectionQueue.run`, and Error when an earlier failure has ended the transaction */
  run(statement: Statement): SqliteResult;
  /** Resolves when everything is on the disk. @throws DatabaseFull, DatabaseBusy, when nothing was stored */
  commit(): Promise<void>;
  /** Does nothing after `commit`, or if SQLite has rolled back by itself, as after a full disk. */
  rollback(): void;
}

const LOST = 'The transaction was rolled back after a failed statement.';

/**
 * Shares one connection among all statements. While another program holds the database, a statement is retried after a pause without
 * holding the connection, so that others can read.
 */
export class ConnectionQueue {
  readonly #sqlite: SqliteConnection;
  readonly #closing = new AbortController();
  readonly #connection = new Mutex();
  readonly #commits: GroupCommit;
  readonly #onSyncFailed: (error: unknown) => void;
  /** Why SQLite ended the transaction by itself. */
  #lossCause: unknown;
  /** The error of a failed sync; nothing is written after that. */
  #syncFailure: unknown;

  /** @param onSyncFailed called when a commit can't be synced to disk; the database has to be opened again */
  constructor(sqlite: SqliteConnection, onSyncFailed: (error: unknown) => void) {
    this.#sqlite = sqlite;
    this.#onSyncFailed = onSyncFailed;
    const shared: SharedTransaction = {
      begin: () => this.#beginShared(),
      exists: () => sqlite.isInTransaction,
      end: (isRelaxed) => this.#endShared(isRelaxed),
    };
    this.#commits = new GroupCommit(shared, this.#closing.signal);
  }

  /** Runs a statement outside of transactions. @throws DatabaseBusy, DatabaseFull, SqliteFailure, TypeError */
  async run(statement: Statement): Promise<SqliteResult> {
    if (statement.kind !== 'write') return this.#runAlone(statement);
    const turn = await this.#commits.join(statement.isRelaxed ?? false);
    const result = this.#executeOr(() => turn.leave(), statement);
    await turn.commit();
    return result;
  }

  /** Begins a transaction in which nobody else writes. */
  async begin(): Promise<OpenTransaction> {
    const turn = await this.#commits.join(false);
    this.#executeOr(() => turn.leave(), control('savepoint writer'));
    return this.#transactionOf(turn);
  }

  /** Waits for statements under way; those that wait for another program's lock fail. Nothing can be run afterwards. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The database was closed while another program held it.'));
    await this.#commits.idle();
    await this.#connection.lock(BUSY_LIMIT_MS);
  }

  #transactionOf(turn: Turn): OpenTransaction {
    let isOver = false;
    const run = (statement: Statement) => {
      if (isOver || !this.#sqlite.isInTransaction) throw new Error(LOST);
      return this.#execute(statement);
    };
    return {
      run,
      commit: async () => {
        run(control('release writer'));
        isOver = true;
        await turn.commit();
      },
      rollback: () => {
        if (isOver) return;
        isOver = true;
        try {
          if (this.#sqlite.isInTransaction) this.#undoWriter();
        } finally {
          turn.leave();
        }
      },
    };
  }

  #undoWriter(): void {
    // Otherwise its changes would be stored with those of the others.
    const undoAll = () => this.#execute(control('rollback'));
    this.#executeOr(undoAll, control('rollback to writer'));
    this.#execute(control('release writer'));
  }

  async #runAlone(statement: Statement): Promise<SqliteResult> {
    const deadlineMs = monotonicNow() + BUSY_LIMIT_MS;
    const runOnce = async () => {
      await this.#connection.lock(deadlineMs - monotonicNow());
      try {
        return this.#execute(statement);
      } finally {
        this.#connection.unlock();
      }
    };
    return retry(runOnce, {
      signal: this.#closing.signal,
      shouldRetry: (error) => error instanceof DatabaseBusy,
      firstPauseMs: 25,
      longestPauseMs: 500,
      giveUpAfterMs: BUSY_LIMIT_MS,
    });
  }

  /**
   * Begins a transaction with a write lock: one that reads first and writes later can be refused for good.
   * @see https://www.sqlite.org/lang_transaction.html
   */
  async #beginShared(): Promise<void> {
    // The system reports a failed sync only once. The next one could succeed although earlier commits are lost.
    if (this.#syncFailure !== undefined) throw this.#syncFailure;
    await this.#connection.lock(BUSY_LIMIT_MS);
    this.#lossCause = undefined;
    this.#executeOr(() => this.#connection.unlock(), control('begin immediate'));
  }

  /** Holds the connection until the commit is on disk, so that no statement reads what a power failure could undo. */
  async #endShared(isRelaxed: boolean): Promise<void> {
    try {
      if (!this.#sqlite.isInTransaction) throw this.#lossCause ?? new Error(LOST);
      this.#executeOr(() => this.#sqlite.isInTransaction && this.#sqlite.execute('rollback'), control('commit'));
      if (!isRelaxed) await this.#sync();
    } finally {
      this.#connection.unlock();
    }
  }

  async #sync(): Promise<void> {
    try {
      await this.#sqlite.sync();
    } catch (error) {
      this.#syncFailure = error;
      this.#onSyncFailed(error);
      throw error;
    }
  }

  #executeOr(onFailure: () => unknown, statement: Statement): SqliteResult {
    try {
      return this.#execute(statement);
    } catch (error) {
      onFailure();
      throw error;
    }
  }

  #execute({ sql, parameters }: Statement): SqliteResult {
    const wasInTransaction = this.#sqlite.isInTransaction;
    try {
      return this.#sqlite.execute(sql, parameters);
    } catch (error) {
      const explained = explain(error);
      if (wasInTransaction && !this.#sqlite.isInTransaction) this.#lossCause = explained;
      throw explained;
    }
  }
}

const control = (sql: string): Statement => ({ sql, parameters: [], kind: 'other' });

function explain(error: unknown): unknown {
  if (isFailure(error, 'SQLITE_BUSY')) return new DatabaseBusy(error);
  // A full disk causes either code, depending on the system.
  return isFailure(error, 'SQLITE_FULL', 'SQLITE_IOERR') ? new DatabaseFull(error) : error;
}
