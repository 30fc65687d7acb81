import type { Kysely as KyselyOf } from 'kysely';
import pg from 'pg';
import type { FatalError } from '../../fatal.ts';
import { POSTGRES_TYPES } from '../column-types.ts';
import type { Database, DatabaseOptions } from '../contract.ts';
import { Kysely, PostgresDialect, sql } from '../kysely.ts';
import { type DatabaseLabel, migrate, readVersion } from '../migrate.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { EXCLUSIVE_LOCKS, MIGRATION_LOCK } from './advisory-locks.ts';
import { CLOCK } from './clock.ts';
import { createPostgresDialect } from './dialect.ts';
import { explain } from './explain.ts';
import { inspectServer, listTables } from './inspect.ts';
import { forgetDead, type Registration, registerProcess } from './registry.ts';
import { retryNotStored } from './retry-not-stored.ts';
import { Sessions, types } from './sessions.ts';
import { type PostgresTarget, parsePostgresUrl, withOptions } from './settings.ts';

/** Connections of a process, besides the one that registers it and the one for relaxed statements. */
const MOST_CONNECTIONS = 8;

/** As `openDatabase`, for `postgres://` URLs. */
export async function openPostgres(url: string, options: DatabaseOptions): Promise<Database> {
  const target = parsePostgresUrl(url);
  try {
    await checkServer(target);
    await migrateDatabase(target, options);
    const registration = await registerProcess(target, options.shards, options.onFatal ?? throwIt);
    return connect(target, options, registration);
  } catch (error) {
    throw explain(error, target.name);
  }
}

function throwIt(error: FatalError): never {
  throw error;
}

async function checkServer({ settings, name }: PostgresTarget): Promise<void> {
  await withPlainConnection(settings, (db) => inspectServer(db, name));
}

/** Migrates, without a time limit, one process at a time. */
export async function migrateDatabase(
  { settings, name }: PostgresTarget,
  { log, migrations = MIGRATIONS }: DatabaseOptions,
): Promise<void> {
  const place: DatabaseLabel = { name, kind: 'database' };
  const versionOf = async (db: KyselyOf<Schema>) => readVersion(db, await listTables(db), migrations.length, place);
  await withPlainConnection(settings, async (db) => {
    if ((await versionOf(db)) === migrations.length) return;
    await db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK}, hashtext(current_schema()))`.execute(transaction);
      const version = await versionOf(transaction);
      if (version === migrations.length) return;
      await migrate(transaction, migrations, version, POSTGRES_TYPES);
      log?.info({ database: name, from: version, to: migrations.length }, 'database migrated');
    });
  });
}

/** Runs `work` with a connection without retries and time limits. */
export async function withPlainConnection<T>(
  settings: pg.ClientConfig,
  work: (db: KyselyOf<Schema>) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({ ...settings, types, max: 1 });
  // The failed statement reports a broken connection.
  pool.on('error', () => {});
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

function connect({ settings }: PostgresTarget, { log, shards }: DatabaseOptions, registration: Registration): Database {
  const closing = new AbortController();
  const { signal } = closing;
  const open = (most: number, isRelaxed: boolean) => {
    const limits = { lock_timeout: '10s', idle_in_transaction_session_timeout: '30s' };
    const serverSettings = isRelaxed ? { ...limits, synchronous_commit: 'off' } : limits;
    const sessions = new Sessions(withOptions(settings, serverSettings), most, log);
    return new Kysely<Schema>({ dialect: createPostgresDialect({ sessions, isRelaxed, signal }) });
  };
  const db = open(MOST_CONNECTIONS, false);
  const relaxed = open(1, true);
  let closed: Promise<void> | undefined;
  return {
    db,
    relaxed,
    write: (work) => retryNotStored(() => db.transaction().execute(work), signal),
    writeExclusively: (step, work) =>
      retryNotStored(
        () =>
          db
            .transaction()
            .setIsolationLevel('read committed')
            .execute(async (transaction) => {
              await sql`select pg_advisory_xact_lock(${EXCLUSIVE_LOCKS[step]}, hashtext(current_schema()))`.execute(
                transaction,
              );
              return work(transaction);
            }),
        signal,
      ),
    clock: () => sql<number>`${sql.raw(CLOCK)}`,
    processId: registration.id,
    isShared: shards !== undefined,
    async forgetDead() {
      await sql.raw(forgetDead(registration.id)).execute(db);
    },
    ensureAlive: () => registration.ensureAlive(),
    scrub: async () => {},
    close() {
      closing.abort(new Error('The database is closed.'));
      closed ??= Promise.all([db.destroy(), relaxed.destroy()]).then(() => registration.end());
      return closed;
    },
  };
}
