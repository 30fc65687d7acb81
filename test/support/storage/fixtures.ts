import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inject, onTestFinished, vi } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../../../src/storage/database.ts';
import { findDrivers } from '../../../src/storage/drivers.ts';
import type { SqliteDriver } from '../../../src/storage/sqlite.ts';
import { nameOf, newSchemaUrl } from '../postgres/admin.ts';

/** The drivers that work on the Node that runs the tests; `.ci/run` uses several Nodes. */
export const DRIVERS = await findDrivers();

/** An empty folder that is removed after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'timeless-storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether this is the project that runs the tests over Postgres. */
export const ON_POSTGRES = inject('postgres') !== undefined;

/** A database to test with. */
export interface Backend {
  readonly name: string;
  /** The name of the driver; empty if there is no choice. */
  readonly driverName: string;
  readonly options: DatabaseOptions;
  /** The URL of an empty database that is removed after the test. */
  newUrl(): Promise<string>;
  /** Its name in messages. */
  nameOf(url: string): string;
}

/** Postgres in the project of that name, otherwise SQLite with each driver. */
export const BACKENDS: readonly Backend[] = ON_POSTGRES
  ? [{ name: 'Postgres', driverName: '', options: {}, newUrl: newSchemaUrl, nameOf }]
  : DRIVERS.map((driver) => ({
      name: driver.name,
      driverName: driver.name,
      options: { driver },
      newUrl: newFileUrl,
      nameOf: (url) => url.replace('file:', ''),
    }));

async function newFileUrl(): Promise<string> {
  return `file:${join(makeFolder(), 'timeless.db')}`;
}

/** The URL of an empty database, for tests that work with every database. */
export function newUrl(): Promise<string> {
  return ON_POSTGRES ? newSchemaUrl() : newFileUrl();
}

/** A database that is closed after the test. */
export async function openForTest(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const [driver] = DRIVERS.map(withFakedDisk);
  const database = await openDatabase(url, { ...(driver ? { driver } : {}), ...options });
  onTestFinished(() => database.close());
  return database;
}

/** While a test fakes the clock, syncs succeed at once: a real one would need real time. */
function withFakedDisk(driver: SqliteDriver): SqliteDriver {
  return {
    name: driver.name,
    open(path, options) {
      const connection = driver.open(path, options);
      const sync = connection.sync;
      connection.sync = () => (vi.isFakeTimers() ? Promise.resolve() : sync());
      return connection;
    },
  };
}

export interface Child {
  readonly process: ChildProcess;
  /** The next line that it prints; undefined when it ends before. */
  nextLine(): Promise<string | undefined>;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Runs `child.ts` as another process. @param ulimitBlocks the largest file it may write, in KiB */
export function startChild(args: readonly string[], ulimitBlocks?: number): Child {
  const require = createRequire(import.meta.url);
  const command = [process.execPath, '--import', require.resolve('tsx'), require.resolve('./child.ts'), ...args];
  const limit = ulimitBlocks === undefined ? '' : `ulimit -f ${ulimitBlocks}; `;
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    nextLine: async () => (await lines.next()).value,
    ended: once(child, 'close').then(([code]) => code),
  };
}
