import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import type { Gate } from './gate.ts';
import { SelectQueryNode, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from './kysely.ts';

/**
 * Kysely over one SQLite connection. Its own SQLite driver fails at once on a locked database, begins transactions that can't wait,
 * and hides a full disk behind the failure of its rollback.
 * @param isRelaxed whether single statements may be lost with the power, which spares waiting for the disk
 */
export function createDialect(gate: Gate, { isRelaxed }: { isRelaxed: boolean }): Dialect {
  return {
    createDriver: () => new GatedDriver(gate, isRelaxed),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class GatedDriver implements Driver {
  readonly #gate: Gate;
  readonly #isRelaxed: boolean;

  constructor(gate: Gate, isRelaxed: boolean) {
    this.#gate = gate;
    this.#isRelaxed = isRelaxed;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<GatedConnection> {
    return new GatedConnection(this.#gate, this.#isRelaxed);
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
  readonly #isRelaxed: boolean;
  isInTransaction = false;

  constructor(gate: Gate, isRelaxed: boolean) {
    this.#gate = gate;
    this.#isRelaxed = isRelaxed;
  }

  async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = { sql, parameters, isRead: SelectQueryNode.is(query), isRelaxed: this.#isRelaxed };
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
