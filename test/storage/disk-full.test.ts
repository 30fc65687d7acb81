import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { DatabaseFull } from '../../src/storage/errors.ts';
import { DRIVERS, makeFolder, openForTest, startChild } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

describe.each(DRIVERS)('on a full disk, with $name', (driver) => {
  it('writes fail with DatabaseFull, reads continue, and everything stored before is kept', async () => {
    const path = join(makeFolder(), 'timeless.db');
    const child = startChild(['write until the disk is full', `file:${path}`, driver.name], 1_200);
    const line = await child.nextLine();
    expect(line).toMatch(/^\{/);
    const { stored, readable } = JSON.parse(line ?? '');
    expect(stored).toBeGreaterThan(10);
    expect(readable).toBe(stored);
    child.process.kill('SIGKILL');
    await child.ended;
    const { db } = await openForTest(`file:${path}`, { driver });
    expect(await db.selectFrom('jobs').select('id').execute()).toHaveLength(stored);
    await db.insertInto('jobs').values(jobRow('with space again')).execute();
  });

  it('SQLITE_FULL is the same failure, and the next write works once there is space', async () => {
    const { db, write } = await openForTest(`file:${join(makeFolder(), 'timeless.db')}`, { driver });
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    const limit = (pages: number) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(db);
    await limit(rows[0]?.page_count ?? 0);
    const big = jobRow('big', { details: JSON.stringify('x'.repeat(100_000)) });
    const writing = write(async (transaction) => {
      await transaction.insertInto('jobs').values(jobRow('small')).execute();
      await transaction.insertInto('jobs').values(big).execute();
    });
    await expect(writing).rejects.toThrow(DatabaseFull);
    await expect(db.insertInto('jobs').values(big).execute()).rejects.toThrow(
      /^The disk of the database is full or fails: /,
    );
    expect(await db.selectFrom('jobs').select('id').execute()).toEqual([]);
    await limit(1_000_000);
    await db.insertInto('jobs').values(big).execute();
    expect(await db.selectFrom('jobs').select('id').execute()).toEqual([{ id: 'big' }]);
  });
});
