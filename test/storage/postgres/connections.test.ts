import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FatalError } from '../../../src/fatal.ts';
import { DatabaseBusy, DatabaseFull } from '../../../src/storage/errors.ts';
import { administer, newSchemaUrl, schemaOf } from '../../support/postgres/admin.ts';
import { FlakyProxy } from '../../support/postgres/flaky-proxy.ts';
import { openForTest } from '../../support/storage/fixtures.ts';
import { jobRow } from '../../support/storage/rows.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A database with one job, through a proxy that can break. */
async function openOverProxy() {
  const { proxy, url } = await FlakyProxy.to(await newSchemaUrl());
  const losses: FatalError[] = [];
  const database = await openForTest(url, { onFatal: (error) => losses.push(error) });
  await database.db.insertInto('jobs').values(jobRow('rose')).execute();
  const { db, write } = database;
  return {
    ...database,
    proxy,
    url,
    losses,
    insert: (id: string) => db.insertInto('jobs').values(jobRow(id)).returning('id').executeTakeFirst(),
    insertInTransaction: (id: string) =>
      write((transaction) => transaction.insertInto('jobs').values(jobRow(id)).returning('id').executeTakeFirst()),
    increment: () =>
      write(async (transaction) => {
        const { attempts } = await transaction.selectFrom('jobs').select('attempts').executeTakeFirstOrThrow();
        const changed = { attempts: attempts + 1 };
        await transaction.updateTable('jobs').set(changed).execute();
      }),
    ids: async () => (await db.selectFrom('jobs').select('id').orderBy('sequence').execute()).map(({ id }) => id),
  };
}

/** How the driver sends a COMMIT, with the 0 byte that ends it: a BEGIN contains `committed`. */
const COMMIT = 'commit\0';

/** Advances the fake clock until `work` has settled, while sockets work in real time. */
async function passUntilSettled(work: Promise<unknown>): Promise<void> {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  work.then(settle, settle);
  while (!isSettled) {
    await vi.advanceTimersByTimeAsync(100);
    await new Promise(setImmediate);
  }
}

const fakeTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });

describe.each(['insert', 'insertInTransaction'] as const)('a connection that breaks: %s', (insert) => {
  it.each([
    ['before the COMMIT reaches the server', COMMIT, 'the request is lost'],
    ['after the COMMIT, before its answer', COMMIT, 'the answer is lost'],
    ['before the INSERT reaches the server', 'insert into', 'the request is lost'],
    ['after the INSERT, before its answer', 'insert into', 'the answer is lost'],
    ['at the BEGIN', 'begin', 'the request is lost'],
  ] as const)('%s: the row is stored once, and known to be', async (_, word, accident) => {
    const { proxy, ids, ...database } = await openOverProxy();
    proxy.breakAt(word, accident);
    expect(await database[insert]('tulip')).toEqual({ id: 'tulip' });
    expect(proxy.hasBroken).toBe(true);
    expect(await ids()).toEqual(['rose', 'tulip']);
    expect(database.losses).toEqual([]);
  });
});

describe('a connection that breaks', () => {
  it.each(['the request is lost', 'the answer is lost'] as const)(
    'does not make a compare-and-set fail because of itself, when %s',
    async (accident) => {
      const { db, proxy } = await openOverProxy();
      proxy.breakAt(COMMIT, accident);
      const { numUpdatedRows } = await db
        .updateTable('jobs')
        .set({ state: 'submitting' })
        .where('id', '=', 'rose')
        .where('state', '=', 'queued')
        .executeTakeFirstOrThrow();
      expect(numUpdatedRows).toBe(1n);
      expect(proxy.hasBroken).toBe(true);
    },
  );

  it('repeats a transaction as a whole', async () => {
    const { db, proxy, increment } = await openOverProxy();
    for (const word of ['begin', 'select "attempts"', 'update "jobs"', COMMIT])
      for (const accident of ['the request is lost', 'the answer is lost'] as const) {
        proxy.breakAt(word, accident);
        await increment();
        expect(proxy.hasBroken).toBe(true);
      }
    expect(await db.selectFrom('jobs').select('attempts').execute()).toEqual([{ attempts: 8 }]);
  });

  it('is not noticed by reads, or by statements that may be done twice', async () => {
    const { db, relaxed, proxy } = await openOverProxy();
    proxy.breakAt('select "id"', 'the answer is lost');
    expect(await db.selectFrom('jobs').select('id').execute()).toEqual([{ id: 'rose' }]);
    proxy.breakAt('update "jobs"', 'the answer is lost');
    const { numUpdatedRows } = await relaxed
      .updateTable('jobs')
      .set({ message_ids: '["1"]' })
      .executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(1n);
    expect(proxy.hasBroken).toBe(true);
  });

  it('is replaced when the server ended it while it was idle', async () => {
    const { ids, url, increment, losses } = await openOverProxy();
    await Promise.all(Array.from({ length: 8 }, increment));
    const [{ count } = { count: 0 }] = await administer<{ count: number }>(
      `select count(pg_terminate_backend(pid))::int as count from pg_stat_activity
       where application_name = 'timeless' and pid not in (select pid from pg_locks where locktype = 'advisory')
         and (query ilike '%jobs%' or query in ('commit', 'rollback')) and $1 <> ''`,
      [schemaOf(url)],
    );
    expect(count).toBeGreaterThan(0);
    expect(await ids()).toEqual(['rose']);
    expect(losses).toEqual([]);
  });
});

describe('an unreachable server', () => {
  it('that comes back soon is waited for, and relaxed statements keep their order', async () => {
    const { db, relaxed, proxy, insert, increment } = await openOverProxy();
    await proxy.stop();
    const remember = (id: string) =>
      relaxed.updateTable('jobs').set({ message_ids: id }).where('id', '=', 'rose').execute();
    const work: Promise<unknown>[] = [insert('tulip'), increment(), remember('1')];
    // By now, the first one retries less often than one that comes later.
    await new Promise((resolve) => setTimeout(resolve, 400));
    work.push(remember('2'), remember('3'));
    await proxy.start();
    await Promise.all(work);
    const rose = await db.selectFrom('jobs').selectAll().where('id', '=', 'rose').executeTakeFirst();
    expect(rose).toMatchObject({ message_ids: '3', attempts: 1 });
  });

  it('fails statements with DatabaseBusy after ten seconds, and everything works again later', async () => {
    const { proxy, insert, insertInTransaction, ids } = await openOverProxy();
    fakeTimers();
    await proxy.stop();
    const startedAtMs = Date.now();
    const outcomes = Promise.allSettled([insert('a'), insertInTransaction('b'), ids()]);
    await passUntilSettled(outcomes);
    expect(Date.now() - startedAtMs).toBeLessThan(11_000);
    for (const outcome of await outcomes) {
      const reason: unknown = outcome.status === 'rejected' ? outcome.reason : undefined;
      expect(reason).toBeInstanceOf(DatabaseBusy);
      expect(reason).toMatchObject({ message: 'The database was unreachable for 10 s.' });
    }
    vi.useRealTimers();
    await proxy.start();
    expect(await insert('later')).toEqual({ id: 'later' });
    expect(await ids()).toEqual(['rose', 'later']);
  });

  it('that stops answering counts as one that ended the connection', async () => {
    const { proxy, insert, ids } = await openOverProxy();
    fakeTimers();
    proxy.silence();
    const inserted = insert('tulip');
    const outcome = inserted.catch((error: unknown) => error);
    await passUntilSettled(outcome);
    expect(await outcome).toBeInstanceOf(DatabaseBusy);
    vi.useRealTimers();
    expect(await insert('later')).toEqual({ id: 'later' });
    expect(await ids()).toEqual(['rose', 'later']);
  });

  it('does not delay a close', async () => {
    const { proxy, insert, close } = await openOverProxy();
    await proxy.stop();
    const waiting = expect(insert('tulip')).rejects.toThrow('The database is closed.');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await close();
    await waiting;
  });
});

describe('the server says', () => {
  /** Makes the server raise this error itself. */
  const raise = (code: string) =>
    sql`do ${sql.lit(`begin raise exception using errcode = '${code}', message = 'no\nspace'; end`)}`;

  it.each(['53100', '58030'])('%s: the disk is full or fails', async (code) => {
    const { db, write, relaxed } = await openOverProxy();
    await expect(raise(code).execute(db)).rejects.toThrow(DatabaseFull);
    await expect(raise(code).execute(relaxed)).rejects.toThrow(DatabaseFull);
    await expect(write((transaction) => raise(code).execute(transaction))).rejects.toThrow(DatabaseFull);
  });

  it('that it has become a standby: another connection is used', async () => {
    const { db } = await openOverProxy();
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
    const block = `begin if pg_backend_pid() = ${rows[0]?.pid} then raise exception using errcode = '25006'; end if; end`;
    await sql`do ${sql.lit(block)}`.execute(db);
  });

  it('that a lock took too long: DatabaseBusy, and nothing is stored', async () => {
    const { db, write } = await openOverProxy();
    const change = { attempts: 7 };
    let waited: Promise<unknown> | undefined;
    await write(async (holding) => {
      await holding.updateTable('jobs').set({ attempts: 1 }).execute();
      waited = write(async (waiting) => {
        await sql`set local lock_timeout = '20ms'`.execute(waiting);
        await waiting.updateTable('jobs').set(change).execute();
      }).catch((error: unknown) => error);
      await waited;
    });
    expect(await waited).toBeInstanceOf(DatabaseBusy);
    expect(await db.selectFrom('jobs').select('attempts').execute()).toEqual([{ attempts: 1 }]);
  });

  it('that each connection waits up to ten seconds for a lock, and only relaxed ones don’t wait for the disk', async () => {
    const { db, relaxed } = await openOverProxy();
    const ask = async (target: typeof db) =>
      (
        await sql`select current_setting('lock_timeout') as lock, current_setting('synchronous_commit') as sync`.execute(
          target,
        )
      ).rows;
    expect(await ask(db)).toEqual([{ lock: '10s', sync: 'on' }]);
    expect(await ask(relaxed)).toEqual([{ lock: '10s', sync: 'off' }]);
  });
});

describe('the registration of a process', () => {
  const endLock = (url: string) =>
    administer(
      `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and objsubid = 1 and classid = hashtext($1)::bigint & 4294967295`,
      [schemaOf(url)],
    );

  it('reports once, with one line, that its connection was lost', async () => {
    const { url, losses } = await openOverProxy();
    await endLock(url);
    await vi.waitFor(() => expect(losses).toHaveLength(1));
    expect(losses[0]?.message).toMatch(
      /^The connection that registers this process in the database postgres:\/\/127\.0\.0\.1:\d+\/postgres was lost \(terminating connection due to administrator command\): stopping/,
    );
  });

  it('reports nothing when the database is closed', async () => {
    const { losses, close } = await openOverProxy();
    await close();
    expect(losses).toEqual([]);
  });
});
