import { existsSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { DRIVERS, makeFolder, openForTest, startChild } from './fixtures.ts';

describe.each(DRIVERS)('over $name', (driver) => {
  const newPath = () => join(makeFolder(), 'timeless.db');

  it('SIGKILL within a transaction leaves all that was stored before, and nothing of the transaction', async () => {
    const path = newPath();
    const child = startChild(['stop within a transaction', driver.name, path]);
    expect(await child.nextLine()).toBe('within');
    child.process.kill('SIGKILL');
    await child.ended;
    expect(existsSync(`${path}-wal`)).toBe(true);
    const { db } = await openForTest(path, { driver });
    expect(await db.selectFrom('jobs').select(['id', 'state']).execute()).toEqual([{ id: 'before', state: 'queued' }]);
  });

  it('a second process is refused at once with one line, by whatever name it comes', async () => {
    const path = newPath();
    await openForTest(path, { driver });
    const links = makeFolder();
    symlinkSync(path, join(links, 'file.db'));
    symlinkSync(dirname(path), join(links, 'folder'));
    for (const name of [path, join(links, 'file.db'), join(links, 'folder', basename(path))]) {
      const second = startChild(['own the database', driver.name, name]);
      expect(await second.nextLine()).toBe(
        `FatalError: The database ${path} is in use by another process: stop that one, or give this one a DATABASE_URL of its own.`,
      );
      expect(await second.ended).toBe(1);
    }
  });

  it('the same process is refused as well, and leaves the lock as it is', async () => {
    const path = newPath();
    await openForTest(path, { driver });
    await expect(openDatabase(`file:${path}`, { driver })).rejects.toThrow('is in use by another process');
    const second = startChild(['own the database', driver.name, path]);
    expect(await second.nextLine()).toMatch(/^FatalError: .* is in use by another process/);
  });

  it('a link to a file that is not there yet leads to one lock too', async () => {
    const path = newPath();
    const link = join(makeFolder(), 'link.db');
    symlinkSync(path, link);
    await openForTest(link, { driver });
    expect(existsSync(path)).toBe(true);
    await expect(openDatabase(`file:${path}`, { driver })).rejects.toThrow('is in use by another process');
  });

  it('of several that start at the same moment exactly one owns the database', async () => {
    const path = newPath();
    const starters = Array.from({ length: 4 }, () => startChild(['own the database', driver.name, path]));
    const lines = await Promise.all(starters.map((starter) => starter.nextLine()));
    expect(lines.filter((line) => line === 'owned')).toHaveLength(1);
    expect(lines.filter((line) => line?.includes('is in use by another process'))).toHaveLength(3);
  });

  it('the lock of a killed process is free at once, and no file of it has to be removed', async () => {
    const path = newPath();
    const owner = startChild(['own the database', driver.name, path]);
    expect(await owner.nextLine()).toBe('owned');
    await expect(openDatabase(`file:${path}`, { driver })).rejects.toThrow('is in use by another process');
    owner.process.kill('SIGKILL');
    await owner.ended;
    const database = await openDatabase(`file:${path}`, { driver });
    await database.close();
    const next = startChild(['own the database', driver.name, path]);
    expect(await next.nextLine()).toBe('owned');
  });
});
