import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/storage/database.ts';
import { findDrivers } from '../../src/storage/drivers.ts';

/** Those that work on the Node that runs the tests: `.ci/run` brings others. */
export const DRIVERS = await findDrivers();

/** An empty folder that goes with the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'timeless-storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database that is closed with the test. */
export async function openForTest(path: string, options: DatabaseOptions = {}): Promise<Database> {
  const database = await openDatabase(`file:${path}`, options);
  onTestFinished(() => database.close());
  return database;
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
