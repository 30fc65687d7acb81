import type { Kysely as KyselyOf, Transaction } from 'kysely';
import { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import { createDialect } from './dialect.ts';
import { chooseDriver } from './drivers.ts';
import { parseDatabaseUrl, prepareFile } from './file.ts';
import { Gate } from './gate.ts';
import { inspectFile } from './inspect.ts';
import { Kysely } from './kysely.ts';
import { lockDatabase } from './lock.ts';
import { migrate, readVersion } from './migrate.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { isFailure, type SqliteConnection, type SqliteDriver } from './sqlite.ts';

/** How long a statement may block the process while another program holds the database, in milliseconds. */
const BUSY_TIMEOUT_MS = 100;

/**
 * The database of this process. Every statement waits up to ten seconds for another program's lock without holding the process up.
 * All of it may throw DatabaseBusy, and DatabaseFull.
 */
export interface Database {
  /** For single statements. Within `write`, use what that hands over: this one waits for the end of the transaction. */
  readonly db: KyselyOf<Schema>;
  /** As `db`, for what may be lost with the power, though not with the process: it spares waiting for the disk. */
  readonly relaxed: KyselyOf<Schema>;
  /** Runs `work` in a transaction: all of it is stored when it returns, nothing when it throws. Only statements may be awaited in it. */
  write<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** Ends what has begun, closes the file and frees the lock; a second call does nothing. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly log?: Log;
  /** Default: the one that suits this Node. */
  readonly driver?: SqliteDriver;
  /** Default: those of this release. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens a database, made when it isn't there, brings its schema up to date, and owns it until `close` or the end of the process.
 * @param url `file:` and a path, from the working folder
 * @throws FatalError whenever that can't be done; a damaged file is left as it is
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const path = await prepareFile(parseDatabaseUrl(url));
  const driver = options.driver ?? (await chooseDriver());
  const onFailure: (() => unknown)[] = [];
  try {
    const unlock = lockDatabase(driver, path);
    onFailure.unshift(unlock);
    await inspectFile(driver, path);
    const sqlite = driver.open(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    onFailure.unshift(() => sqlite.close());
    const gate = new Gate(sqlite);
    const db = new Kysely<Schema>({ dialect: createDialect(gate, { isRelaxed: false }) });
    await bringUpToDate(db, sqlite, path, options);
    let closing: Promise<void> | undefined;
    return {
      db,
      relaxed: new Kysely<Schema>({ dialect: createDialect(gate, { isRelaxed: true }) }),
      write: (work) => db.transaction().execute(work),
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

async function bringUpToDate(db: KyselyOf<Schema>, sqlite: SqliteConnection, path: string, options: DatabaseOptions) {
  const { log, migrations = MIGRATIONS } = options;
  const version = await readVersion(db, migrations.length, path);
  // Readers and a writer don't wait for each other, and what was committed survives the loss of power.
  sqlite.execute('pragma journal_mode = wal');
  sqlite.execute('pragma synchronous = full');
  sqlite.execute('pragma foreign_keys = on');
  await migrate(db, migrations, version);
  if (version < migrations.length)
    log?.info({ path, from: version, to: migrations.length }, 'the database was migrated');
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
