import type { Kysely as KyselyOf } from 'kysely';
import { FatalError } from '../fatal.ts';
import { now } from '../time.ts';
import { SQLITE_TYPES } from './column-types.ts';
import { ConnectionQueue } from './connection-queue.ts';
import { type Database, type DatabaseOptions, SINGLE_PROCESS } from './contract.ts';
import { createDialect } from './dialect.ts';
import { chooseDriver } from './drivers.ts';
import { parseDatabaseUrl, prepareFile } from './file.ts';
import { inspectFile } from './inspect.ts';
import { Kysely, sql } from './kysely.ts';
import { lockDatabase } from './lock.ts';
import { migrate, readVersion } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { isFailure, type SqliteConnection } from './sqlite.ts';

/** How long a statement may block the process while another program holds the database, in milliseconds. */
const BUSY_TIMEOUT_MS = 100;

/** As `openDatabase`, for `file:` URLs. */
export async function openSqlite(url: string, options: DatabaseOptions): Promise<Database> {
  const path = await prepareFile(parseDatabaseUrl(url));
  const driver = options.driver ?? (await chooseDriver());
  const onFailure: (() => unknown)[] = [];
  try {
    const unlock = lockDatabase(driver, path);
    onFailure.unshift(unlock);
    await inspectFile(driver, path);
    const sqlite = driver.open(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    onFailure.unshift(() => sqlite.close());
    const queue = new ConnectionQueue(sqlite);
    const db = new Kysely<Schema>({ dialect: createDialect(queue, { isRelaxed: false }) });
    await migrateDatabase(db, sqlite, path, options);
    let closing: Promise<void> | undefined;
    return {
      db,
      relaxed: new Kysely<Schema>({ dialect: createDialect(queue, { isRelaxed: true }) }),
      write: (work) => db.transaction().execute(work),
      writeExclusively: (_step, work) => db.transaction().execute(work),
      clock: () => sql<number>`cast(${now()} as integer)`,
      processId: SINGLE_PROCESS,
      isShared: false,
      forgetDead: async () => {},
      ensureAlive: async () => {},
      close() {
        closing ??= db.destroy().finally(() => {
          sqlite.close();
          unlock();
        });
        return closing;
      },
    };
  } catch (error) {
    for (const undo of onFailure) undo();
    throw explain(error, path);
  }
}

async function migrateDatabase(db: KyselyOf<Schema>, sqlite: SqliteConnection, path: string, options: DatabaseOptions) {
  const { log, migrations = MIGRATIONS } = options;
  const tables = await db.introspection.getTables();
  const names = tables.map(({ name }) => name);
  const version = await readVersion(db, names, migrations.length, { name: path, kind: 'file' });
  // Readers and a writer don't block each other, and committed data survives a power failure.
  sqlite.execute('pragma journal_mode = wal');
  sqlite.execute('pragma synchronous = full');
  sqlite.execute('pragma foreign_keys = on');
  if (version === migrations.length) return;
  await db.transaction().execute((transaction) => migrate(transaction, migrations, version, SQLITE_TYPES));
  log?.info({ path, from: version, to: migrations.length }, 'database migrated');
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof FatalError || !(error instanceof Error)) return error;
  if (isFailure(error, 'SQLITE_CORRUPT'))
    return new FatalError(
      `The database ${path} is damaged (${error.message}): restore a backup, or move it away to start with an empty one.`,
      { cause: error },
    );
  if (isFailure(error, 'SQLITE_BUSY'))
    return new FatalError(`The database ${path} is locked by another program: close that one.`, { cause: error });
  return new FatalError(`The database ${path} can't be opened: ${error.message}`, { cause: error });
}
