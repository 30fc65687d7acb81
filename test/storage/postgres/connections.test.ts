import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FatalError } from '../../../src/fatal.ts';
import { DatabaseBusy, DatabaseFull } from '../../../src/storage/errors.ts';
import { administer, newSchemaUrl, schemaOf } from '../../support/postgres/admin.ts';
import { Line } from '../../support/postgres/flaky-proxy.ts';
import { openForTest } from '../../support/storage/fixtures.ts';
import { jobRow } from '../../support/storage/rows.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A database with one job, over a line that can break. */
async function openOverLine() {
  const { line, url } = await Line.to(await newSchemaUrl());
  const losses: FatalError[] = [];
  const database = await openForTest(url, { onFatal: (error) => losses.push(error) });
  await database.db.insertInto('jobs').values(jobRow('rose')).execute();
  const { db, write } = database;
  return {
    ...database,
    line,
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

/** How the driver sends a COMMIT: the 0 byte ends the statement, since `committed` also stands in a BEGIN. */
const COMMIT = 'commit\0';

/** Lets faked time pass until `work` has settled, while sockets go on in real time. */
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
    const { line, ids, ...database } = await openOverLine();
    line.breakAt(word, accident);
    expect(await database[insert]('tulip')).toEqual({ id: 'tulip' });
    expect(line.hasBroken).toBe(true);
    expect(await ids()).toEqual(['rose', 'tulip']);
    expect(database.losses).toEqual([]);
  });
});

describe('a connection that breaks', () => {
  it.each(['the request is lost', 'the answer is lost'] as const)(
    'does not let a compare-and-set lose against itself, when %s',
    async (accident) => {
      const { db, line } = await openOverLine();
      line.breakAt(COMMIT, accident);
      const { numUpdatedRows } = await db
        .updateTable('jobs')
        .set({ state: 'submitting' })
        .where('id', '=', 'rose')
        .where('state', '=', 'queued')
        .executeTakeFirstOrThrow();
      expect(numUpdatedRows).toBe(1n);
      expect(line.hasBroken).toBe(true);
    },
  );

  it('lets a transaction run anew as a whole', async () => {
    const { db, line, increment } = await openOverLine();
    for (const word of ['begin', 'select "attempts"', 'update "jobs"', COMMIT])
      for (const accident of ['the request is lost', 'the answer is lost'] as const) {
        line.breakAt(word, accident);
        await increment();
        expect(line.hasBroken).toBe(true);
      }
    expect(await db.selectFrom('jobs').select('attempts').execute()).toEqual([{ attempts: 8 }]);
  });

  it('is not noticed by who reads, nor by what may be done twice', async () => {
    const { db, relaxed, line } = await openOverLine();
    line.breakAt('select "id"', 'the answer is lost');
    expect(await db.selectFrom('jobs').select('id').execute()).toEqual([{ id: 'rose' }]);
    line.breakAt('update "jobs"', 'the answer is lost');
    const { numUpdatedRows } = await relaxed
      .updateTable('jobs')
      .set({ message_ids: '["1"]' })
      .executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(1n);
    expect(line.hasBroken).toBe(true);
  });

  it('is replaced when the server ended it while nothing was said', async () => {
    const { ids, url, increment, losses } = await openOverLine();
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
  it('for a moment is waited for, and what may be done twice keeps its order', async () => {
    const { db, relaxed, line, insert, increment } = await openOverLine();
    await line.cut();
    const remember = (id: string) =>
      relaxed.updateTable('jobs').set({ message_ids: id }).where('id', '=', 'rose').execute();
    const work: Promise<unknown>[] = [insert('tulip'), increment(), remember('1')];
    // By now the first one asks less often than one that comes later.
    await new Promise((resolve) => setTimeout(resolve, 400));
    work.push(remember('2'), remember('3'));
    await line.restore();
    await Promise.all(work);
    const rose = await db.selectFrom('jobs').selectAll().where('id', '=', 'rose').executeTakeFirst();
    expect(rose).toMatchObject({ message_ids: '3', attempts: 1 });
  });

  it('for ten seconds fails with DatabaseBusy, and everything works again later', async () => {
    const { line, insert, insertInTransaction, ids } = await openOverLine();
    fakeTimers();
    await line.cut();
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
    await line.restore();
    expect(await insert('later')).toEqual({ id: 'later' });
    expect(await ids()).toEqual(['rose', 'later']);
  });

  it('and says nothing counts as one that ended the connection', async () => {
    const { line, insert, ids } = await openOverLine();
    fakeTimers();
    line.silence();
    const inserted = insert('tulip');
    const outcome = inserted.catch((error: unknown) => error);
    await passUntilSettled(outcome);
    expect(await outcome).toBeInstanceOf(DatabaseBusy);
    vi.useRealTimers();
    expect(await insert('later')).toEqual({ id: 'later' });
    expect(await ids()).toEqual(['rose', 'later']);
  });

  it('does not hold up a close', async () => {
    const { line, insert, close } = await openOverLine();
    await line.cut();
    const waiting = expect(insert('tulip')).rejects.toThrow('The database is closed.');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await close();
    await waiting;
  });
});

describe('the server says', () => {
  /** As the server itself raises it. */
  const raise = (code: string) =>
    sql`do ${sql.lit(`begin raise exception using errcode = '${code}', message = 'no\nspace'; end`)}`;

  it.each(['53100', '58030'])('%s: the disk is full or fails', async (code) => {
    const { db, write, relaxed } = await openOverLine();
    await expect(raise(code).execute(db)).rejects.toThrow(DatabaseFull);
    await expect(raise(code).execute(relaxed)).rejects.toThrow(DatabaseFull);
    await expect(write((transaction) => raise(code).execute(transaction))).rejects.toThrow(DatabaseFull);
  });

  it('that it has become a standby: another connection is asked', async () => {
    const { db } = await openOverLine();
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
    const block = `begin if pg_backend_pid() = ${rows[0]?.pid} then raise exception using errcode = '25006'; end if; end`;
    await sql`do ${sql.lit(block)}`.execute(db);
  });

  it('that a lock was waited for too long: DatabaseBusy, and nothing is stored', async () => {
    const { db, write } = await openOverLine();
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

  it('that each connection waits ten seconds for a lock, and that only relaxed ones do not wait for the disk', async () => {
    const { db, relaxed } = await openOverLine();
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

describe('the lock for life', () => {
  const endLock = (url: string) =>
    administer(
      `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and objsubid = 1 and classid = hashtext($1)::bigint & 4294967295`,
      [schemaOf(url)],
    );

  it('tells once, with a line, when its connection is lost', async () => {
    const { url, losses } = await openOverLine();
    await endLock(url);
    await vi.waitFor(() => expect(losses).toHaveLength(1));
    expect(losses[0]?.message).toMatch(
      /^The connection that registers this process in the database postgres:\/\/127\.0\.0\.1:\d+\/postgres was lost \(terminating connection due to administrator command\): stopping/,
    );
  });

  it('says nothing when the database is closed', async () => {
    const { losses, close } = await openOverLine();
    await close();
    expect(losses).toEqual([]);
  });
});
