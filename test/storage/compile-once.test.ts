import { expect, it } from 'vitest';
import { compileOnce } from '../../src/storage/compile-once.ts';
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
  const rowsOf = async (change: Change) => (await update(database.db, change)).rows;

  expect(await rowsOf({ member: '2', images: 7 })).toEqual([{ member_id: '2', images: 7, cost_usd: 0.5 }]);
  expect(await rowsOf({ member: '3', images: 8 })).toEqual([{ member_id: '3', images: 8, cost_usd: 0.5 }]);
  expect(await rowsOf({ member: '4', images: 9 })).toEqual([]);
  await database.write(async (db) => {
    const { rows } = await update(db, { member: '2', cost_usd: 0.25 });
    expect(rows).toEqual([{ member_id: '2', images: 7, cost_usd: 0.25 }]);
  });
  expect(built).toEqual([['images'], ['cost_usd']]);
});
