import type { Database } from 'better-sqlite3';
import { LogSync } from './log-sync.ts';
import { type SqliteConnection, type SqliteDriver, SqliteFailure } from './sqlite.ts';
import { StatementCache } from './statement-cache.ts';
import { toStorableValues } from './values.ts';

/**
 * The optional dependency better-sqlite3, for a Node without SQLite; undefined when it isn't installed or not built for this Node.
 * Version 12 aborts the process on Node 24. @see https://github.com/WiseLibs/better-sqlite3/issues/1515
 */
export async function findBetterSqlite(): Promise<SqliteDriver | undefined> {
  if (Number.parseInt(process.versions.node, 10) >= 24) return undefined;
  try {
    const { default: BetterSqlite } = await import('better-sqlite3');
    // The native part is loaded by the first connection, not by the import.
    new BetterSqlite(':memory:').close();
    return {
      name: 'better-sqlite3',
      open(path, { busyTimeoutMs, isReadOnly = false }) {
        const options = { readonly: isReadOnly, timeout: busyTimeoutMs };
        return connect(
          translating(() => new BetterSqlite(path, options)),
          new LogSync(path),
        );
      },
    };
  } catch {
    return undefined;
  }
}

function connect(database: Database, log: LogSync): SqliteConnection {
  const statements = new StatementCache((sql) => database.prepare<unknown[], Record<string, unknown>>(sql));
  return {
    get isInTransaction() {
      return database.inTransaction;
    },
    execute(sql, parameters = []) {
      const values = toStorableValues(parameters);
      return translating(() => {
        const statement = statements.get(sql);
        return statement.reader ? { rows: statement.all(...values) } : { rows: [], ...statement.run(...values) };
      });
    },
    sync: () => log.sync(),
    close: () => {
      log.close();
      database.close();
    },
  };
}

/** better-sqlite3 has the extended code, such as `SQLITE_IOERR_WRITE`, which starts with the primary one. */
function translating<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error;
    const [primaryCode] = /^SQLITE_[A-Z]+/.exec(error.code) ?? [];
    if (!primaryCode) throw error;
    throw new SqliteFailure(primaryCode, error.code, error);
  }
}
