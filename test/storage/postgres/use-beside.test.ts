import { expect, it } from 'vitest';
import { openDatabase } from '../../../src/storage/database.ts';
import { MIGRATIONS } from '../../../src/storage/migrations/index.ts';
import { useBeside } from '../../../src/storage/use-beside.ts';
import { newSchemaUrl } from '../../support/postgres/admin.ts';
import { openForTest } from '../../support/storage/fixtures.ts';
import { jobRow } from '../../support/storage/rows.ts';

it('works beside the bot that owns the database, and tells both what was stored', async () => {
  const url = await newSchemaUrl();
  const owner = await openForTest(url);
  await owner.db.insertInto('jobs').values(jobRow('rose')).execute();
  const seen = await useBeside(url, { isReadOnly: false }, async ({ db, write }) => {
    const rows = await db.selectFrom('jobs').select('id').execute();
    await write((transaction) => transaction.deleteFrom('jobs').execute());
    return rows;
  });
  expect(seen).toEqual([{ id: 'rose' }]);
  expect(await owner.db.selectFrom('jobs').selectAll().execute()).toEqual([]);
});

it('passes on what the work throws, and refuses an older schema', async () => {
  const url = await newSchemaUrl();
  const older = await openDatabase(url, { migrations: MIGRATIONS.slice(0, 5) });
  await older.close();
  const work = () => Promise.reject(new Error('second thoughts'));
  await expect(useBeside(url, { isReadOnly: true }, work)).rejects.toThrow('has an older schema (5, this release has');
  const newer = await openDatabase(url);
  await newer.close();
  await expect(useBeside(url, { isReadOnly: true }, work)).rejects.toThrow(/^second thoughts$/);
});
