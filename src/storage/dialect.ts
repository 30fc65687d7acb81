import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import type { ConnectionQueue } from './connection-queue.ts';
import { SelectQueryNode, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from './kysely.ts';

/**
 * Kysely over one SQLite connection. Its own SQLite driver fails at once on a locked database, begins transactions that can't wait,
 * and hides a full disk behind the failure of its rollback.
 * @param isRelaxed whether single statements may be lost with the power, which spares waiting for the disk
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
    await this.#queue.begin();
    connection.isInTransaction = true;
  }

  async commitTransaction(connection: QueuedConnection): Promise<void> {
    this.#queue.commit();
    connection.isInTransaction = false;
  }

  async rollbackTransaction(connection: QueuedConnection): Promise<void> {
    connection.isInTransaction = false;
    this.#queue.rollback();
  }

  async releaseConnection(): Promise<void> {}

  destroy(): Promise<void> {
    return this.#queue.close();
  }
}

/** What Kysely takes for a connection: they share the real one. */
class QueuedConnection implements DatabaseConnection {
  readonly #queue: ConnectionQueue;
  readonly #isRelaxed: boolean;
  isInTransaction = false;

  constructor(queue: ConnectionQueue, isRelaxed: boolean) {
    this.#queue = queue;
    this.#isRelaxed = isRelaxed;
  }

  async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = { sql, parameters, isRead: SelectQueryNode.is(query), isRelaxed: this.#isRelaxed };
    const result = this.isInTransaction ? this.#queue.runInTransaction(statement) : await this.#queue.run(statement);
    const { changes, lastInsertRowid } = result;
    return {
      // Kysely derives the type of a row from the query and the schema.
      rows: result.rows as R[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
      ...(lastInsertRowid !== undefined && { insertId: BigInt(lastInsertRowid) }),
    };
  }

  /** All rows as one piece: the drivers are synchronous, so a statement left half read would hold everything else up. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}
