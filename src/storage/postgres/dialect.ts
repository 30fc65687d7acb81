import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult, TransactionSettings } from 'kysely';
import type pg from 'pg';
import { BUSY_LIMIT_MS } from '../errors.ts';
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, SelectQueryNode } from '../kysely.ts';
import { Mutex } from '../mutex.ts';
import { retryNotStored } from './retry-not-stored.ts';
import type { Sessions } from './sessions.ts';
import { VerifiedTransaction } from './transaction.ts';

interface DialectParts {
  readonly sessions: Sessions;
  /** Whether single statements may be repeated; then they run in the order of the calls. */
  readonly isRelaxed: boolean;
  /** Aborts when the database is closed. */
  readonly signal: AbortSignal;
}

/**
 * Kysely with connections that may break. Reads, and statements that may be done twice, are repeated when their answer is lost.
 * All others run in a VerifiedTransaction, so that they are repeated only if nothing was stored. Kysely's own Postgres driver can
 * do neither.
 */
export function createPostgresDialect(parts: DialectParts): Dialect {
  return {
    createDriver: () => new ReliableDriver(parts),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

class ReliableDriver implements Driver {
  readonly #parts: DialectParts;
  readonly #order = new Mutex();
  /** Connections that Kysely has; all are returned before the real ones close. */
  readonly #lent = new Set<ReliableConnection>();
  #onAllReturned = () => {};

  constructor(parts: DialectParts) {
    this.#parts = parts;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ReliableConnection> {
    this.#parts.signal.throwIfAborted();
    const connection = new ReliableConnection(this.#parts, this.#order);
    this.#lent.add(connection);
    return connection;
  }

  /** A snapshot of the database, unless the caller wants to see what others store meanwhile. */
  async beginTransaction(connection: ReliableConnection, { isolationLevel }: TransactionSettings): Promise<void> {
    const isolation = isolationLevel === 'read committed' ? isolationLevel : 'repeatable read';
    connection.transaction = await VerifiedTransaction.begin(this.#parts.sessions, isolation);
  }

  async commitTransaction({ transaction }: ReliableConnection): Promise<void> {
    await transaction?.commit(this.#parts.signal);
  }

  async rollbackTransaction({ transaction }: ReliableConnection): Promise<void> {
    await transaction?.rollback();
  }

  async releaseConnection(connection: ReliableConnection): Promise<void> {
    connection.transaction?.giveBack();
    connection.transaction = undefined;
    this.#lent.delete(connection);
    if (this.#lent.size === 0) this.#onAllReturned();
  }

  async destroy(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onAllReturned = resolve;
      if (this.#lent.size === 0) resolve();
    });
    await this.#parts.sessions.close();
  }
}

/** A connection as Kysely sees it: it borrows a real one for each statement or transaction. */
class ReliableConnection implements DatabaseConnection {
  readonly #parts: DialectParts;
  readonly #order: Mutex;
  transaction: VerifiedTransaction | undefined;

  constructor(parts: DialectParts, order: Mutex) {
    this.#parts = parts;
    this.#order = order;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { command, rowCount, rows } = await this.#run(query);
    return {
      // Safe cast: Kysely derives the type of a row from the query and the schema.
      rows: rows as R[],
      ...(command !== 'SELECT' && rowCount !== null && { numAffectedRows: BigInt(rowCount) }),
    };
  }

  /** All rows at once: a statement that is half read would occupy its connection. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  async #run({ sql, parameters, query }: CompiledQuery): Promise<pg.QueryResult> {
    if (this.transaction) return this.transaction.run(sql, parameters);
    const { sessions, isRelaxed, signal } = this.#parts;
    const once = () => sessions.use((session) => session.run(sql, parameters));
    if (isRelaxed) return this.#inOrder(() => retryNotStored(once, signal));
    if (SelectQueryNode.is(query)) return retryNotStored(once, signal);
    return retryNotStored(() => this.#runVerified(sql, parameters), signal);
  }

  async #inOrder<T>(work: () => Promise<T>): Promise<T> {
    await this.#order.lock(BUSY_LIMIT_MS);
    try {
      return await work();
    } finally {
      this.#order.unlock();
    }
  }

  async #runVerified(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    const { sessions, signal } = this.#parts;
    // When two change the same row, the second evaluates its conditions on the result of the first.
    const transaction = await VerifiedTransaction.begin(sessions, 'read committed');
    try {
      const result = await transaction.run(sql, parameters);
      await transaction.commit(signal);
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    } finally {
      transaction.giveBack();
    }
  }
}
