import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import type { ConnectionQueue, OpenTransaction, Statement } from './connection-queue.ts';
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from './kysely.ts';

/**
 * Kysely with one SQLite connection. Kysely's own SQLite driver fails at once on a locked database, begins transactions that can't wait,
 * and hides the error of a full disk behind that of its rollback.
 * @param isRelaxed whether single statements don't wait for the disk
 */
export function createDialect(queue: ConnectionQueue, { isRelaxed }: { isRelaxed: boolean }): Dialect {
  return {
    createDriver: () => new QueuedDriver(queue, isRelaxed),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class QueuedDriver implements Driver {
  readonly #queue: ConnectionQueue;
  readonly #isRelaxed: boolean;

  constructor(queue: ConnectionQueue, isRelaxed: boolean) {
    this.#queue = queue;
    this.#isRelaxed = isRelaxed;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<QueuedConnection> {
    return new QueuedConnection(this.#queue, this.#isRelaxed);
  }

  async beginTransaction(connection: QueuedConnection): Promise<void> {
    connection.transaction = await this.#queue.begin();
  }

  async commitTransaction(connection: QueuedConnection): Promise<void> {
    await connection.transaction?.commit();
    connection.transaction = undefined;
  }

  async rollbackTransaction(connection: QueuedConnection): Promise<void> {
    connection.transaction?.rollback();
    connection.transaction = undefined;
  }

  async releaseConnection(): Promise<void> {}

  destroy(): Promise<void> {
    return this.#queue.close();
  }
}

/** A connection as Kysely sees it; all share the real one. */
class QueuedConnection implements DatabaseConnection {
  readonly #queue: ConnectionQueue;
  readonly #isRelaxed: boolean;
  transaction: OpenTransaction | undefined;

  constructor(queue: ConnectionQueue, isRelaxed: boolean) {
    this.#queue = queue;
    this.#isRelaxed = isRelaxed;
  }

  async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = { sql, parameters, kind: kindOf(query), isRelaxed: this.#isRelaxed };
    const result = this.transaction ? this.transaction.run(statement) : await this.#queue.run(statement);
    const { changes, lastInsertRowid } = result;
    return {
      // Safe cast: Kysely derives the type of a row from the query and the schema.
      rows: result.rows as R[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
      ...(lastInsertRowid !== undefined && { insertId: BigInt(lastInsertRowid) }),
    };
  }

  /** All rows at once: the drivers are synchronous, so a statement that is half read would block all others. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}

function kindOf({ kind }: CompiledQuery['query']): Statement['kind'] {
  if (kind === 'SelectQueryNode') return 'read';
  return ['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode'].includes(kind) ? 'write' : 'other';
}
