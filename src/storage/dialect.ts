import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { Gate } from './gate.ts';
import { SelectQueryNode, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from './kysely.ts';
import type { SqliteConnection } from './sqlite.ts';

/**
 * Kysely over one SQLite connection. Its own SQLite driver fails at once on a locked database, begins transactions that can't wait,
 * and hides a full disk behind the failure of its rollback.
 */
export function createDialect(sqlite: SqliteConnection): Dialect {
  return {
    createDriver: () => new GatedDriver(sqlite),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class GatedDriver implements Driver {
  readonly #gate: Gate;

  constructor(sqlite: SqliteConnection) {
    this.#gate = new Gate(sqlite);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<GatedConnection> {
    return new GatedConnection(this.#gate);
  }

  async beginTransaction(connection: GatedConnection): Promise<void> {
    await this.#gate.begin();
    connection.isInTransaction = true;
  }

  async commitTransaction(connection: GatedConnection): Promise<void> {
    this.#gate.commit();
    connection.isInTransaction = false;
  }

  async rollbackTransaction(connection: GatedConnection): Promise<void> {
    connection.isInTransaction = false;
    this.#gate.rollback();
  }

  async releaseConnection(): Promise<void> {}

  destroy(): Promise<void> {
    return this.#gate.close();
  }
}

/** What Kysely takes for a connection: they share the real one. */
class GatedConnection implements DatabaseConnection {
  readonly #gate: Gate;
  isInTransaction = false;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = { sql, parameters, isRead: SelectQueryNode.is(query) };
    const result = this.isInTransaction ? this.#gate.runInTransaction(statement) : await this.#gate.run(statement);
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
