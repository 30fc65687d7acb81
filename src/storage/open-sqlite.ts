import type { Kysely as KyselyOf } from 'kysely';
import type { FatalError } from '../fatal.ts';
import { later, now } from '../time.ts';
import { SQLITE_TYPES } from './column-types.ts';
import { ConnectionQueue } from './connection-queue.ts';
import { type Database, type DatabaseOptions, SINGLE_PROCESS } from './contract.ts';
import { createDialect } from './dialect.ts';
import { chooseDriver } from './drivers.ts';
import { explainSqlite, explainSyncFailure } from './explain-sqlite.ts';
import { parseDatabaseUrl, prepareFile } from './file.ts';
import { inspectFile } from './inspect.ts';
import { Kysely, sql } from './kysely.ts';
import { lockDatabase } from './lock.ts';
import { migrate, readVersion } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { scrub } from './scrub.ts';
import type { SqliteConnection } from './sqlite.ts';

/** How long a statement may block the process while another program holds the database, in milliseconds. */
const BUSY_TIMEOUT_MS = 100;

/** As `openDatabase`, for `file:` URLs. */
export async function openSqlite(url: string, options: DatabaseOptions): Promise<Database> {
  const { onFatal = throwUncaught } = options;
  const path = await prepareFile(parseDatabaseUrl(url));
  const driver = options.driver ?? (await chooseDriver());
  const onFailure: (() => unknown)[] = [];
  try {
    const unlock = lockDatabase(driver, path);
    onFailure.unshift(unlock);
    await inspectFile(driver, path);
    const sqlite = driver.open(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    onFailure.unshift(() => sqlite.close());
    const queue = new ConnectionQueue(sqlite, (error) => onFatal(explainSyncFailure(error, path)));
    onFailure.unshift(() => queue.close());
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
      scrub: () => scrub(queue),
      close() {
        closing ??= db.destroy().finally(() => {
          sqlite.close();
          unlock();
        });
        return closing;
      },
    };
  } catch (error) {
    for (const undo of onFailure) await undo();
    throw explainSqlite(error, path);
  }
}

function throwUncaught(error: FatalError): void {
  later(0, () => {
    throw error;
  });
}

/** Configures a connection that writes. */
export function configure(sqlite: SqliteConnection): void {
  // Readers and a writer don't block each other. ConnectionQueue syncs the log after each commit; SQLite itself syncs only when it moves the
  // log into the file, which blocks the process.
  sqlite.execute('pragma journal_mode = wal');
  sqlite.execute('pragma synchronous = normal');
  sqlite.execute('pragma foreign_keys = on');
  // Deleted data is overwritten, and prompts aren't written to temporary files.
  sqlite.execute('pragma secure_delete = on');
  sqlite.execute('pragma temp_store = memory');
}

async function migrateDatabase(db: KyselyOf<Schema>, sqlite: SqliteConnection, path: string, options: DatabaseOptions) {
  const { log, migrations = MIGRATIONS } = options;
  const tables = await db.introspection.getTables();
  const names = tables.map(({ name }) => name);
  const version = await readVersion(db, names, migrations.length, { name: path, kind: 'file' });
  configure(sqlite);
  // If an earlier process ended because a sync failed, the system may still show a log that isn't on disk.
  sqlite.execute('pragma wal_checkpoint(truncate)');
  if (version === migrations.length) return;
  await db.transaction().execute((transaction) => migrate(transaction, migrations, version, SQLITE_TYPES));
  log?.info({ path, from: version, to: migrations.length }, 'database migrated');
}
