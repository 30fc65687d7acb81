import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import type { FatalError } from '../../src/fatal.ts';
import { DatabaseFull } from '../../src/storage/errors.ts';
import { GroupCommit, type SharedTransaction } from '../../src/storage/group-commit.ts';
import { type SqliteDriver, SqliteFailure } from '../../src/storage/sqlite.ts';
import { yieldToEventLoop } from '../../src/time.ts';
import { DRIVERS, makeFolder, openForTest } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

/** Opens a database, and watches the statements of its connection. */
async function openWatched(driver: SqliteDriver) {
  const commits: { safely: boolean }[] = [];
  const intercept = { beforeSync: async () => {}, failingSql: '' };
  const watched: SqliteDriver = {
    name: driver.name,
    open(path, options) {
      const connection = driver.open(path, options);
      return {
        get isInTransaction() {
          return connection.isInTransaction;
        },
        close: () => connection.close(),
        async sync() {
          await intercept.beforeSync();
          await connection.sync();
          for (const commit of commits) commit.safely = true;
        },
        execute(statement, parameters) {
          if (statement === 'commit') commits.push({ safely: false });
          if (intercept.failingSql !== '' && statement.startsWith(intercept.failingSql)) {
            intercept.failingSql = '';
            // As SQLite does after some failures of the disk.
            if (statement !== 'commit') connection.execute('rollback');
            throw new SqliteFailure('SQLITE_FULL', 'SQLITE_FULL', new Error('database or disk is full'));
          }
          return connection.execute(statement, parameters);
        },
      };
    },
  };
  const onFatal = vi.fn<(error: FatalError) => void>();
  const database = await openForTest(`file:${makeFolder()}/timeless.db`, { driver: watched, onFatal });
  const insert = (id: string, db = database.db) => db.insertInto('jobs').values(jobRow(id)).execute();
  const idsNow = async () =>
    (await database.db.selectFrom('jobs').select('id').orderBy('sequence').execute()).map(({ id }) => id);
  commits.length = 0;
  return { ...database, insert, idsNow, commits, intercept, onFatal };
}

it.each(Array.from({ length: 8 }, (_, ticks) => ticks))(
  'a writer that comes %i ticks after the last commit gets its turn',
  async (ticks) => {
    const shared: SharedTransaction = { begin: async () => {}, exists: () => true, end: async () => {} };
    const commits = new GroupCommit(shared, new AbortController().signal);
    await (await commits.join(false)).commit();
    for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
    await (await commits.join(false)).commit();
  },
);

describe.each(DRIVERS)('writers that come at the same time, with $name', (driver) => {
  it('share one commit, in the order of their calls', async () => {
    const { db, write, relaxed, insert, idsNow, commits } = await openWatched(driver);
    await Promise.all([
      insert('a'),
      write(async (transaction) => {
        await insert('b', transaction);
        await insert('c', transaction);
      }),
      insert('d', relaxed),
      relaxed.updateTable('jobs').set({ attempts: 1 }).where('id', '=', 'd').execute(),
    ]);
    expect(commits).toEqual([{ safely: true }]);
    expect(await idsNow()).toEqual(['a', 'b', 'c', 'd']);
    expect(await db.selectFrom('jobs').select('id').where('attempts', '=', 1).execute()).toEqual([{ id: 'd' }]);
  });

  it('also share it when they come in turns that follow each other, but not for ever', async () => {
    const { insert, commits } = await openWatched(driver);
    const writes: Promise<unknown>[] = [];
    for (let number = 0; number < 40; number += 1) {
      writes.push(insert(`job ${number}`));
      await yieldToEventLoop();
    }
    await Promise.all(writes);
    expect(commits.length).toBeGreaterThan(1);
    expect(commits.length).toBeLessThan(6);
  });

  it('wait for the disk unless a power failure may lose all of it', async () => {
    const { insert, relaxed, commits } = await openWatched(driver);
    await Promise.all([insert('a', relaxed), insert('b', relaxed)]);
    expect(commits).toEqual([{ safely: false }]);
    await Promise.all([insert('c', relaxed), insert('d')]);
    expect(commits).toEqual([{ safely: true }, { safely: true }]);
    await insert('e', relaxed);
    expect(commits[2]).toEqual({ safely: false });
  });

  it('learn of success only when the disk has everything', async () => {
    const { write, insert, intercept } = await openWatched(driver);
    let settled = 0;
    let settledBeforeSync: number | undefined;
    intercept.beforeSync = async () => {
      await yieldToEventLoop();
      settledBeforeSync = settled;
    };
    const count = () => {
      settled += 1;
    };
    await Promise.all([
      insert('a').then(count),
      write((transaction) => insert('b', transaction)).then(count),
      insert('a').catch(() => {}),
    ]);
    expect({ settledBeforeSync, settled }).toEqual({ settledBeforeSync: 0, settled: 2 });
  });

  it('lets nobody read what is not yet on the disk', async () => {
    const { write, insert, idsNow, intercept } = await openWatched(driver);
    let isOnDisk = false;
    const reads: Promise<unknown>[] = [];
    const read = () => reads.push(idsNow().then((ids) => ({ ids, isOnDisk })));
    intercept.beforeSync = async () => {
      read();
      await yieldToEventLoop();
      isOnDisk = true;
    };
    const first = insert('a');
    const second = write(async (transaction) => {
      read();
      await yieldToEventLoop();
      await insert('b', transaction);
    });
    await Promise.all([first, second]);
    const everything = { ids: ['a', 'b'], isOnDisk: true };
    expect(await Promise.all(reads)).toEqual([everything, everything]);
  });

  it('fail, and the process ends, when the sync fails', async () => {
    const { write, insert, intercept, onFatal } = await openWatched(driver);
    const broken = new Error('EIO: i/o error, fdatasync');
    intercept.beforeSync = () => Promise.reject(broken);
    const outcomes = await Promise.allSettled([insert('a'), write((transaction) => insert('b', transaction))]);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: broken },
      { status: 'rejected', reason: broken },
    ]);
    expect(onFatal).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        message: expect.stringMatching(/timeless\.db can't be synced to disk \(EIO: .*\): check the disk\.$/),
      }),
    );
    // The system reports such a failure only once.
    intercept.beforeSync = async () => {};
    await expect(insert('c')).rejects.toBe(broken);
  });

  it("don't lose their own changes when another one fails", async () => {
    const { write, insert, idsNow, commits } = await openWatched(driver);
    const outcomes = await Promise.allSettled([
      insert('a'),
      insert('a'),
      write(async (transaction) => {
        await insert('b', transaction);
        await insert('a', transaction);
      }),
      write(async (transaction) => {
        await insert('c', transaction);
        throw new Error('second thoughts');
      }),
      insert('d'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(await idsNow()).toEqual(['a', 'd']);
    expect(commits).toHaveLength(1);
  });

  it('see what those before them have written', async () => {
    const { db, insert } = await openWatched(driver);
    await insert('a');
    const submit = () =>
      db.updateTable('jobs').set({ state: 'submitting' }).where('state', '=', 'queued').executeTakeFirst();
    const results = await Promise.all([submit(), submit(), insert('b'), submit()]);
    expect(results.map((result) => 'numUpdatedRows' in result && Number(result.numUpdatedRows))).toEqual([
      1,
      0,
      false,
      1,
    ]);
  });

  it('all fail when the commit does, and the next ones are stored', async () => {
    const { write, insert, idsNow, intercept } = await openWatched(driver);
    intercept.failingSql = 'commit';
    const outcomes = await Promise.allSettled([insert('a'), write((transaction) => insert('b', transaction))]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(DatabaseFull) });
    expect(await idsNow()).toEqual([]);
    await Promise.all([insert('a'), insert('b')]);
    expect(await idsNow()).toEqual(['a', 'b']);
  });

  it('fail like the one for which SQLite rolls back by itself; those after it are stored', async () => {
    const { write, insert, db, idsNow, intercept, commits } = await openWatched(driver);
    intercept.failingSql = 'update';
    const full = { status: 'rejected', reason: expect.any(DatabaseFull) };
    const outcomes = await Promise.allSettled([
      insert('a'),
      write(async (transaction) => {
        await insert('b', transaction);
        await transaction
          .updateTable('jobs')
          .set({ attempts: 1 })
          .execute()
          .catch(() => {});
        await insert('c', transaction);
      }),
      insert('d'),
      db.updateTable('jobs').set({ attempts: 2 }).execute(),
    ]);
    expect(outcomes).toMatchObject([
      full,
      { reason: { message: 'The transaction was rolled back after a failed statement.' } },
      { status: 'fulfilled' },
      { status: 'fulfilled' },
    ]);
    expect(await idsNow()).toEqual(['d']);
    expect(commits).toHaveLength(1);
  });

  it('can contain statements that no transaction allows only between them', async () => {
    const { db, insert, idsNow, commits } = await openWatched(driver);
    await Promise.all([insert('a'), sql`vacuum`.execute(db), insert('b')]);
    expect(await idsNow()).toEqual(['a', 'b']);
    expect(commits).toHaveLength(1);
  });
});
