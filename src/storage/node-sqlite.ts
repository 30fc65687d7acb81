import { LogSync } from './log-sync.ts';
import { type SqliteConnection, type SqliteDriver, SqliteFailure } from './sqlite.ts';
import { StatementCache } from './statement-cache.ts';
import { toStorableValues } from './values.ts';

/** The needed types of `node:sqlite`: Node 20's types, which this project uses, have none. */
interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: { readOnly: boolean; timeout: number }) => DatabaseSync;
  readonly StatementSync: { readonly prototype: object };
}

interface DatabaseSync {
  readonly isTransaction: boolean;
  prepare(sql: string): StatementSync;
  close(): void;
}

interface StatementSync {
  columns(): readonly unknown[];
  all(...parameters: readonly unknown[]): object[];
  run(...parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

/** The result codes that we use. @see https://www.sqlite.org/rescode.html */
const PRIMARY_CODES: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  19: 'SQLITE_CONSTRAINT',
  26: 'SQLITE_NOTADB',
};

/** Node's own SQLite; undefined if Node has none, or one without `columns` (before 22.16). */
export function findNodeSqlite(): SqliteDriver | undefined {
  const sqlite = loadQuietly();
  if (!sqlite || !('columns' in sqlite.StatementSync.prototype)) return undefined;
  return {
    name: 'node:sqlite',
    open(path, { busyTimeoutMs, isReadOnly = false }) {
      const options = { readOnly: isReadOnly, timeout: busyTimeoutMs };
      return connect(
        translating(() => new sqlite.DatabaseSync(path, options)),
        new LogSync(path),
      );
    },
  };
}

/** Loads it without Node 22's warning that SQLite is experimental. */
function loadQuietly(): NodeSqlite | undefined {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const sqlite: unknown = process.getBuiltinModule('node:sqlite');
    // Safe cast: the module's documented shape, for which only Node 22 has types.
    return sqlite as NodeSqlite | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function connect(database: DatabaseSync, log: LogSync): SqliteConnection {
  const statements = new StatementCache((sql) => {
    const statement = database.prepare(sql);
    return { statement, hasRows: statement.columns().length > 0 };
  });
  return {
    get isInTransaction() {
      return database.isTransaction;
    },
    execute(sql, parameters = []) {
      const values = toStorableValues(parameters);
      return translating(() => {
        const { statement, hasRows } = statements.get(sql);
        if (!hasRows) return { rows: [], ...statement.run(...values) };
        return { rows: statement.all(...values).map((row) => ({ ...row })) };
      });
    },
    sync: () => log.sync(),
    close: () => {
      log.close();
      database.close();
    },
  };
}

/** Node's `errcode` is SQLite's extended code; its low byte is the primary one. */
function translating<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') throw error;
    throw new SqliteFailure(PRIMARY_CODES[error.errcode & 0xff] ?? 'SQLITE_ERROR', error.errcode, error);
  }
}
