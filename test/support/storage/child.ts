import { once } from 'node:events';
import { createRequire } from 'node:module';
import { openDatabase } from '../../../src/storage/database.ts';
import { chooseDriver, findDrivers } from '../../../src/storage/drivers.ts';
import { DatabaseFull } from '../../../src/storage/errors.ts';
import { parseDatabaseUrl } from '../../../src/storage/file.ts';
import { jobRow } from './rows.ts';

/** Tasks that storage tests run in another process: `child.ts TASK URL DRIVER`. It prints a line when the task is done. */
const [task = '', url = '', driverName = ''] = process.argv.slice(2);

/** Of SQLite; undefined for the one that works with this Node. */
const driver = (await findDrivers()).find(({ name }) => name === driverName);

function report(line: string) {
  process.stdout.write(`${line}\n`);
}

/** Keeps the process alive; vitest kills it. */
function stay() {
  return new Promise<never>(() => {
    setInterval(() => {}, 60_000);
  });
}

const open = () => openDatabase(url, { ...(driver && { driver }) });

const tasks: Record<string, () => Promise<void>> = {
  /** Another program, such as a backup or a shell, in the middle of a write; it ends with a line on stdin. */
  async 'hold the file'() {
    const connection = (await chooseDriver()).open(parseDatabaseUrl(url), { busyTimeoutMs: 1_000 });
    connection.execute('begin immediate');
    report('held');
    await once(process.stdin, 'data');
    connection.execute('commit');
    connection.close();
    process.stdin.destroy();
  },

  async 'own the database'() {
    await open();
    report('owned');
    await stay();
  },

  async 'stop within a transaction'() {
    const database = await open();
    await database.db.insertInto('jobs').values(jobRow('before')).execute();
    await database.write(async (db) => {
      await db.insertInto('jobs').values(jobRow('within')).execute();
      await db.updateTable('jobs').set({ state: 'submitting' }).execute();
      report('within');
      await stay();
    });
  },

  async 'write until the disk is full'() {
    const database = await open();
    let stored = 0;
    try {
      for (;;) {
        await database.write(async (db) => {
          const row = jobRow(`job ${stored}`, { details: JSON.stringify('x'.repeat(2_000)) });
          await db.insertInto('jobs').values(row).execute();
        });
        stored += 1;
      }
    } catch (error) {
      if (!(error instanceof DatabaseFull)) throw error;
    }
    const rows = await database.db.selectFrom('jobs').select('id').execute();
    report(JSON.stringify({ stored, readable: rows.length }));
    await stay();
  },

  async 'say which drivers are loaded'() {
    await open();
    const names = ['better-sqlite3', 'pg'];
    const { cache } = createRequire(import.meta.url);
    const isLoaded = (name: string) => Object.keys(cache).some((path) => path.includes(`/node_modules/${name}/`));
    report(names.filter(isLoaded).join(' '));
    await stay();
  },

  /** Runs as a user without rights to the parent's files; root may write everywhere. */
  async 'open without rights'() {
    if (process.getuid?.() === 0) {
      process.setgid?.(65_534);
      process.setuid?.(65_534);
    }
    await open();
    report('opened');
  },
};

try {
  const run = tasks[task];
  if (!run) throw new Error(`Unknown task ${task}`);
  await run();
} catch (error) {
  report(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  process.exitCode = 1;
}
