import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import type { JobRow } from '../../src/storage/schema.ts';
import { DRIVERS, makeFolder, openForTest } from './fixtures.ts';
import { jobRow } from './rows.ts';

describe.each(DRIVERS)('a database over $name', (driver) => {
  const openNew = () => openForTest(join(makeFolder(), 'timeless.db'), { driver });

  it('makes its folder, readable for no other user, and keeps rows over a restart', async () => {
    const path = join(makeFolder(), 'data/deep/timeless.db');
    const first = await openDatabase(`file:${path}`, { driver });
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    const row = jobRow('rose', { guild_id: null, cost_usd: 0.0125 });
    await first.db.insertInto('jobs').values(row).execute();
    await first.close();
    const second = await openForTest(path, { driver });
    const rows: JobRow[] = await second.db.selectFrom('jobs').selectAll().execute();
    expect(rows).toStrictEqual([{ sequence: 1, ...row }]);
  });

  it('survives the loss of power, and lets others read meanwhile', async () => {
    const path = join(makeFolder(), 'timeless.db');
    const { db } = await openForTest(path, { driver });
    await db.insertInto('jobs').values(jobRow('rose')).execute();
    expect(existsSync(`${path}-wal`)).toBe(true);
    const other = driver.open(path, { busyTimeoutMs: 0, isReadOnly: true });
    expect(other.execute('pragma journal_mode').rows).toEqual([{ journal_mode: 'wal' }]);
    expect(other.execute('select id from jobs').rows).toEqual([{ id: 'rose' }]);
    other.close();
  });

  it('takes an interaction once', async () => {
    const { db } = await openNew();
    const insert = (id: string) =>
      db
        .insertInto('jobs')
        .values(jobRow(id, { interaction_id: 'the same' }))
        .onConflict((conflict) => conflict.column('interaction_id').doNothing())
        .returning('sequence')
        .executeTakeFirst();
    expect(await Promise.all([insert('first'), insert('second')])).toEqual([{ sequence: 1 }, undefined]);
    await expect(db.insertInto('jobs').values(jobRow('first')).execute()).rejects.toThrow(
      /UNIQUE constraint failed: jobs.id/,
    );
  });

  it('lets one of several callers win a compare-and-set', async () => {
    const { db } = await openNew();
    await db.insertInto('jobs').values(jobRow('rose')).execute();
    const submit = () =>
      db
        .updateTable('jobs')
        .set({ state: 'submitting' })
        .where('id', '=', 'rose')
        .where('state', '=', 'queued')
        .executeTakeFirst();
    const results = await Promise.all([submit(), submit(), submit()]);
    expect(results.map(({ numUpdatedRows }) => numUpdatedRows)).toEqual([1n, 0n, 0n]);
  });

  it('stores a transaction whole or not at all, and shows nobody the middle of it', async () => {
    const { db, write } = await openNew();
    await db.insertInto('jobs').values(jobRow('rose')).execute();
    let seenMeanwhile: Promise<unknown> | undefined;
    const failing = write(async (transaction) => {
      await transaction.updateTable('jobs').set({ state: 'submitting' }).execute();
      seenMeanwhile = db.selectFrom('jobs').select('state').execute();
      await transaction.insertInto('posts').values({ job_id: 'rose', sent_at: 1 }).execute();
      throw new Error('second thoughts');
    });
    await expect(failing).rejects.toThrow('second thoughts');
    expect(await seenMeanwhile).toEqual([{ state: 'queued' }]);
    expect(await db.selectFrom('posts').selectAll().execute()).toEqual([]);
    const id = await write(async (transaction) => {
      const { insertId } = await transaction
        .insertInto('posts')
        .values({ job_id: 'rose', sent_at: 2 })
        .executeTakeFirstOrThrow();
      return insertId;
    });
    expect(id).toBe(1n);
  });

  it('keeps concurrent transactions apart', async () => {
    const { db, write } = await openNew();
    await db.insertInto('jobs').values(jobRow('rose')).execute();
    const increment = () =>
      write(async (transaction) => {
        const { attempts } = await transaction.selectFrom('jobs').select('attempts').executeTakeFirstOrThrow();
        await transaction
          .updateTable('jobs')
          .set({ attempts: attempts + 1 })
          .execute();
      });
    await Promise.all(Array.from({ length: 50 }, increment));
    expect(await db.selectFrom('jobs').select('attempts').execute()).toEqual([{ attempts: 50 }]);
  });

  it('does not go on outside of a transaction that a failure has ended', async () => {
    const { db, write } = await openNew();
    const work = write(async (transaction) => {
      await transaction.insertInto('jobs').values(jobRow('rose')).execute();
      // What SQLite does by itself after some failures.
      await sql`rollback`.execute(transaction);
      await transaction.insertInto('jobs').values(jobRow('outside')).execute();
    });
    await expect(work).rejects.toThrow('The transaction was rolled back by the failure of a statement before.');
    expect(await db.selectFrom('jobs').selectAll().execute()).toEqual([]);
  });

  it('numbers jobs upwards and gives no number twice, whatever is removed or rolled back', async () => {
    const { db, write } = await openNew();
    const seen: number[] = [];
    let count = 0;
    const insert = async (target: typeof db) => {
      count += 1;
      return target
        .insertInto('jobs')
        .values(jobRow(`job ${count}`))
        .returning('sequence')
        .executeTakeFirstOrThrow();
    };
    const step = fc.constantFrom('insert', 'remove the last', 'remove all', 'roll back');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const name of steps) {
          if (name === 'insert') seen.push((await insert(db)).sequence);
          else if (name === 'remove all') await db.deleteFrom('jobs').execute();
          else if (name === 'remove the last')
            await db
              .deleteFrom('jobs')
              .where('sequence', '=', seen.at(-1) ?? 0)
              .execute();
          else
            await write(async (transaction) => {
              await insert(transaction);
              throw new Error('rolled back');
            }).catch(() => {});
        }
        expect(seen).toEqual([...new Set(seen)].sort((one, other) => one - other));
      }),
      { numRuns: 30 },
    );
  });

  it('finds unfinished jobs in their order, and ended ones by age, through an index', async () => {
    const path = join(makeFolder(), 'timeless.db');
    const { db } = await openForTest(path, { driver });
    const unfinished = db.selectFrom('jobs').selectAll().where('ended_at', 'is', null).orderBy('sequence');
    const old = db.selectFrom('jobs').select('id').where('ended_at', '<', 5).orderBy('ended_at').limit(100);
    const recentPosts = db.selectFrom('posts').selectAll().where('sent_at', '>', 5);
    const plans = await Promise.all(
      [unfinished, old, recentPosts].map((query) => query.explain(undefined, sql`query plan`)),
    );
    expect(plans.map((plan) => plan.map(({ detail }) => detail))).toEqual([
      ['SEARCH jobs USING INDEX jobs_ended_at (ended_at=?)'],
      ['SEARCH jobs USING INDEX jobs_ended_at (ended_at<?)'],
      ['SEARCH posts USING INDEX posts_sent_at (sent_at>?)'],
    ]);
  });

  it('holds one reason for the open circuit', async () => {
    const { db } = await openNew();
    for (const reason of ['credits', 'key'])
      await db
        .insertInto('circuit')
        .values({ id: 1, reason, since: 1 })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ reason }))
        .execute();
    expect(await db.selectFrom('circuit').selectAll().execute()).toEqual([{ id: 1, reason: 'key', since: 1 }]);
  });

  it('ends what has begun before it closes, and closes once', async () => {
    const path = join(makeFolder(), 'timeless.db');
    const database = await openDatabase(`file:${path}`, { driver });
    const writing = Array.from({ length: 20 }, (_, index) =>
      database.write((db) =>
        db
          .insertInto('jobs')
          .values(jobRow(`job ${index}`))
          .execute(),
      ),
    );
    await new Promise(setImmediate);
    await Promise.all([database.close(), database.close()]);
    await Promise.all(writing);
    expect(readdirSync(join(path, '..')).sort()).toEqual(['timeless.db', 'timeless.db.lock']);
    await expect(database.db.selectFrom('jobs').selectAll().execute()).rejects.toThrow();
    const { db } = await openForTest(path, { driver });
    expect(await db.selectFrom('jobs').select('id').execute()).toHaveLength(20);
  });

  it('streams rows', async () => {
    const { db } = await openNew();
    await db
      .insertInto('jobs')
      .values(['a', 'b'].map((id) => jobRow(id)))
      .execute();
    const ids: string[] = [];
    for await (const { id } of db.selectFrom('jobs').select('id').stream()) ids.push(id);
    expect(ids).toEqual(['a', 'b']);
  });
});
