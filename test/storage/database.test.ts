import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import type { JobRow } from '../../src/storage/schema.ts';
import { BACKENDS, openForTest } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

describe.each(BACKENDS)('a database with $name', ({ options, newUrl }) => {
  const openNew = async () => openForTest(await newUrl(), options);

  it('keeps rows after a restart', async () => {
    const url = await newUrl();
    const first = await openDatabase(url, options);
    const row = jobRow('rose', { guild_id: null, cost_usd: 0.0125, parameters: '{"prompt":"røse 🌹 \\u0000"}' });
    await first.db.insertInto('jobs').values(row).execute();
    await first.close();
    const second = await openForTest(url, options);
    const rows: JobRow[] = await second.db.selectFrom('jobs').selectAll().execute();
    expect(rows).toStrictEqual([{ sequence: 1, ...row }]);
  });

  it('returns the numbers that it was given, and orders text byte by byte', async () => {
    const { db } = await openNew();
    const largest = Number.MAX_SAFE_INTEGER;
    const ids = ['a', 'B', 'b', '-b', '_', 'Ä', 'ä', '1'];
    for (const id of ids)
      await db
        .insertInto('jobs')
        .values(jobRow(id, { created_at: largest, cost_usd: 0.1 }))
        .execute();
    const totals = await db
      .selectFrom('jobs')
      .select(({ fn }) => [fn.sum<number>('cost_usd').as('cost'), fn.countAll<number>().as('count')])
      .executeTakeFirst();
    expect(totals?.cost).toBeCloseTo(0.8, 10);
    expect(totals?.count).toBe(8);
    const rows = await db.selectFrom('jobs').select(['id', 'created_at']).orderBy('id').execute();
    expect(rows).toEqual(ids.sort().map((id) => ({ id, created_at: largest })));
  });

  it('refuses values that it would not return unchanged', async () => {
    const { db, write } = await openNew();
    for (const locale of ['a\0b', undefined, true, new Date(0), Number.NaN]) {
      // The types don't allow it, but values from outside may be wrong.
      const row = jobRow('rose', { locale: locale as string });
      const refusal = 'text, safe numbers and null can be stored';
      await expect(
        db
          .insertInto('jobs')
          .values({ ...row, ...(locale === undefined && { locale: sql.val(locale) }) })
          .execute(),
      ).rejects.toThrow(refusal);
    }
    await write((transaction) => transaction.insertInto('jobs').values(jobRow('rose')).execute());
    await expect(
      db
        .insertInto('jobs')
        .values(jobRow('other', { received_at: 0.5 }))
        .execute(),
    ).rejects.toThrow();
  });

  it('stores an interaction once', async () => {
    const { db } = await openNew();
    const insert = (id: string) =>
      db
        .insertInto('jobs')
        .values(jobRow(id, { interaction_id: 'the same' }))
        .onConflict((conflict) => conflict.column('interaction_id').doNothing())
        .returning('sequence')
        .executeTakeFirst();
    const results = await Promise.all([insert('first'), insert('second')]);
    expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    const [kept] = await db.selectFrom('jobs').select('id').execute();
    const again = jobRow(kept?.id ?? '', { interaction_id: 'another' });
    await expect(db.insertInto('jobs').values(again).execute()).rejects.toThrow(/unique constraint/i);
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
    expect(results.map(({ numUpdatedRows }) => Number(numUpdatedRows)).sort()).toEqual([0, 0, 1]);
  });

  it('stores a transaction completely or not at all, and shows no one an intermediate state', async () => {
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
    const post = { job_id: 'rose', sent_at: 2 };
    const stored = await write((transaction) =>
      transaction.insertInto('posts').values(post).returningAll().executeTakeFirstOrThrow(),
    );
    expect(stored).toMatchObject(post);
    expect(await db.selectFrom('posts').selectAll().execute()).toEqual([stored]);
  });

  it('shows a transaction one snapshot of the database', async () => {
    const { db, write } = await openNew();
    await db.insertInto('jobs').values(jobRow('rose')).execute();
    const counts = await write(async (transaction) => {
      const count = async () => (await transaction.selectFrom('jobs').select('id').execute()).length;
      const before = await count();
      // SQLite runs it when the transaction has ended.
      const meanwhile = db.insertInto('jobs').values(jobRow('tulip')).execute();
      await Promise.race([meanwhile, new Promise((resolve) => setTimeout(resolve, 100))]);
      return { before, after: await count(), meanwhile };
    });
    await counts.meanwhile;
    expect(counts).toMatchObject({ before: 1, after: 1 });
    expect(await db.selectFrom('jobs').select('id').execute()).toHaveLength(2);
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

  it('does not continue outside of a transaction that a failure has ended', async () => {
    const { db, write } = await openNew();
    const work = write(async (transaction) => {
      await transaction.insertInto('jobs').values(jobRow('rose')).execute();
      // SQLite does this by itself after some failures.
      await sql`rollback`.execute(transaction);
      await transaction.insertInto('jobs').values(jobRow('outside')).execute();
    });
    await expect(work).rejects.toThrow('The transaction was rolled back after a failed statement.');
    expect(await db.selectFrom('jobs').selectAll().execute()).toEqual([]);
  });

  it('numbers jobs in ascending order and reuses no number, whatever is removed or rolled back', async () => {
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

  it('holds one reason for the open circuit', async () => {
    const { db } = await openNew();
    for (const reason of ['credits', 'key'])
      await db
        .insertInto('circuit')
        .values({ id: 1, reason, since: 1 })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ reason }))
        .execute();
    const rows = await db.selectFrom('circuit').select(['id', 'reason', 'since']).execute();
    expect(rows).toEqual([{ id: 1, reason: 'key', since: 1 }]);
  });

  it('finishes statements before it closes, and closes once', async () => {
    const url = await newUrl();
    const database = await openDatabase(url, options);
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
    await expect(database.db.selectFrom('jobs').selectAll().execute()).rejects.toThrow();
    const { db } = await openForTest(url, options);
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
