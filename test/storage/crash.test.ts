import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { BACKENDS, openForTest, startChild } from '../support/storage/fixtures.ts';

describe.each(BACKENDS)('over $name', ({ driverName, options, newUrl, nameOf }) => {
  const start = (task: string, url: string) => startChild([task, url, driverName]);

  it('SIGKILL within a transaction keeps everything stored before, and nothing of the transaction', async () => {
    const url = await newUrl();
    const child = start('stop within a transaction', url);
    expect(await child.nextLine()).toBe('within');
    child.process.kill('SIGKILL');
    await child.ended;
    const { db } = await openForTest(url, options);
    expect(await db.selectFrom('jobs').select(['id', 'state']).execute()).toEqual([{ id: 'before', state: 'queued' }]);
  });

  it('a second process is refused with one line', async () => {
    const url = await newUrl();
    await openForTest(url, options);
    const second = start('own the database', url);
    expect(await second.nextLine()).toBe(
      `FatalError: The database ${nameOf(url)} is in use by another process: stop that one, or give this one a DATABASE_URL of its own.`,
    );
    expect(await second.ended).toBe(1);
  });

  it('the same process is refused as well, and keeps its lock', async () => {
    const url = await newUrl();
    await openForTest(url, options);
    await expect(openDatabase(url, options)).rejects.toThrow('is in use by another process');
    const second = start('own the database', url);
    expect(await second.nextLine()).toMatch(/^FatalError: .* is in use by another process/);
  });

  it('exactly one of several that start at the same moment owns the database', async () => {
    const url = await newUrl();
    const starters = Array.from({ length: 4 }, () => start('own the database', url));
    const lines = await Promise.all(starters.map((starter) => starter.nextLine()));
    expect(lines.filter((line) => line === 'owned')).toHaveLength(1);
    expect(lines.filter((line) => line?.includes('is in use by another process'))).toHaveLength(3);
  });

  it('the lock of a killed process is free at once, without any cleaning up', async () => {
    const url = await newUrl();
    const owner = start('own the database', url);
    expect(await owner.nextLine()).toBe('owned');
    await expect(openDatabase(url, options)).rejects.toThrow('is in use by another process');
    owner.process.kill('SIGKILL');
    await owner.ended;
    const database = await openDatabase(url, options);
    await database.close();
    const next = start('own the database', url);
    expect(await next.nextLine()).toBe('owned');
  });
});
