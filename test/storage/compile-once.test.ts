import { expect, it } from 'vitest';
import { compileOnce } from '../../src/storage/compile-once.ts';
import type { Database } from '../../src/storage/database.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

interface Change {
  readonly member: string;
  readonly images?: number;
  readonly cost_usd?: number;
}

it('builds a query once for each choice of values, and runs it with those of the call', async () => {
  const database = await openForTest(await newUrl());
  const addMember = (member: string) =>
    database.db
      .insertInto('usage_totals')
      .values({ guild_id: '1', day: '2026-11-28', member_id: member, images: 1, accepted_at: 5, cost_usd: 0.5 })
      .execute();
  await Promise.all([addMember('2'), addMember('3')]);
  const built: string[][] = [];
  const update = compileOnce((db, { member, ...columns }: Change) => {
    built.push(Object.keys(columns));
    return db
      .updateTable('usage_totals')
      .set(columns)
      .where('member_id', '=', member)
      .returning(['member_id', 'images', 'cost_usd']);
  });
  const images = { member: '2', images: 7 };
  const costs = { member: '3', cost_usd: 0.25 };
  const rowsOf = async (db: Database['db'], change: Change) => (await update(db, change)).rows;

  expect(await rowsOf(database.db, images)).toEqual([{ member_id: '2', images: 7, cost_usd: 0.5 }]);
  expect(await rowsOf(database.db, { member: '4', images: 9 })).toEqual([]);
  const undone = database.write(async (db) => {
    expect(await rowsOf(db, { ...images, images: 8 })).toEqual([{ member_id: '2', images: 8, cost_usd: 0.5 }]);
    expect(await rowsOf(db, costs)).toEqual([{ member_id: '3', images: 1, cost_usd: 0.25 }]);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  const stored = database.db.selectFrom('usage_totals').select(['images', 'cost_usd']).orderBy('member_id');
  expect(await stored.execute()).toEqual([
    { images: 7, cost_usd: 0.5 },
    { images: 1, cost_usd: 0.5 },
  ]);
  expect(await rowsOf(database.db, costs)).toEqual([{ member_id: '3', images: 1, cost_usd: 0.25 }]);
  expect(built).toEqual([['images'], ['cost_usd']]);
});
