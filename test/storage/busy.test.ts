import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { DatabaseBusy } from '../../src/storage/errors.ts';
import { DRIVERS, makeFolder, openForTest, startChild } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe.each(DRIVERS)('while another program holds the file, with $name', (driver) => {
  /** A database with one job, which another process has begun to write. */
  async function openHeld() {
    const path = join(makeFolder(), 'timeless.db');
    const database = await openForTest(`file:${path}`, { driver });
    await database.db.insertInto('jobs').values(jobRow('rose')).execute();
    const holder = startChild(['hold the file', `file:${path}`, driver.name]);
    expect(await holder.nextLine()).toBe('held');
    const release = () => holder.process.stdin?.write('release\n');
    return { ...database, path, release };
  }

  it('writes wait for it, in their order, while reads and timers continue', async () => {
    const { db, write, release } = await openHeld();
    let settled = 0;
    const countSettled = () => {
      settled += 1;
    };
    const insert = (id: string) => db.insertInto('jobs').values(jobRow(id)).execute();
    const writes = [
      insert('first').then(countSettled),
      write((transaction) => transaction.updateTable('jobs').set({ attempts: 1 }).execute()).then(countSettled),
      insert('third').then(countSettled),
    ];
    for (let round = 0; round < 20; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await db.selectFrom('jobs').select('id').execute()).toEqual([{ id: 'rose' }]);
    }
    expect(settled).toBe(0);
    release();
    await Promise.all(writes);
    const rows = await db.selectFrom('jobs').select(['id', 'attempts']).orderBy('sequence').execute();
    expect(rows).toEqual([
      { id: 'rose', attempts: 1 },
      { id: 'first', attempts: 1 },
      { id: 'third', attempts: 0 },
    ]);
  });

  it('writes fail with DatabaseBusy after ten seconds, store nothing, and work again later', async () => {
    const { db, write, release } = await openHeld();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const startedAtMs = Date.now();
    const failed: number[] = [];
    const failing = ['a', 'b', 'c', 'd'].map((id) =>
      write((transaction) => transaction.insertInto('jobs').values(jobRow(id)).execute()).catch((error: unknown) => {
        expect(error).toBeInstanceOf(DatabaseBusy);
        failed.push(Date.now() - startedAtMs);
      }),
    );
    await vi.advanceTimersByTimeAsync(9_000);
    expect(failed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all(failing);
    expect(failed).toHaveLength(4);
    vi.useRealTimers();
    release();
    await db.insertInto('jobs').values(jobRow('later')).execute();
    const rows = await db.selectFrom('jobs').select('id').orderBy('sequence').execute();
    expect(rows).toEqual([{ id: 'rose' }, { id: 'later' }]);
  });

  it('no statement blocks this process for more than 100 ms', async () => {
    const { db } = await openForTest(`file:${join(makeFolder(), 'timeless.db')}`, { driver });
    expect((await sql`pragma busy_timeout`.execute(db)).rows).toEqual([{ timeout: 100 }]);
    // Commits are synced outside of SQLite.
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 1 }]);
    expect((await sql`pragma foreign_keys`.execute(db)).rows).toEqual([{ foreign_keys: 1 }]);
  });

  it('closing ends the wait', async () => {
    const { write, close } = await openHeld();
    const waiting = write((transaction) => transaction.updateTable('jobs').set({ attempts: 1 }).execute());
    const outcome = expect(waiting).rejects.toThrow('The database was closed while another program held it.');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await close();
    await outcome;
  });

  it('opening only reads, and continues', async () => {
    const { path, close } = await openHeld();
    await close();
    const again = await openDatabase(`file:${path}`, { driver });
    expect(await again.db.selectFrom('jobs').select('id').execute()).toEqual([{ id: 'rose' }]);
    await again.close();
  });
});

describe.each(DRIVERS)('over $name', (driver) => {
  it('a statement that waits for its own transaction fails after ten seconds rather than never', async () => {
    const { db, write } = await openForTest(`file:${join(makeFolder(), 'timeless.db')}`, { driver });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const stuck = write(() => db.insertInto('jobs').values(jobRow('rose')).execute());
    const outcome = expect(stuck).rejects.toThrow(DatabaseBusy);
    await vi.advanceTimersByTimeAsync(10_000);
    await outcome;
    vi.useRealTimers();
    await db.insertInto('jobs').values(jobRow('rose')).execute();
  });
});
