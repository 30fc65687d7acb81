import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { literal } from '../../src/storage/literal.ts';
import { MIGRATIONS } from '../../src/storage/migrations/index.ts';
import { DRIVERS, makeFolder, openForTest, startChild } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

describe.each(DRIVERS)('a database file with $name', (driver) => {
  const newPath = () => join(makeFolder(), 'timeless.db');
  const open = (path: string) => openForTest(`file:${path}`, { driver });

  it('is in a folder that no other user can read', async () => {
    const path = join(makeFolder(), 'data/deep/timeless.db');
    await open(path);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('survives a power failure, and lets others read meanwhile', async () => {
    const path = newPath();
    const { db } = await open(path);
    await db.insertInto('jobs').values(jobRow('rose')).execute();
    expect(existsSync(`${path}-wal`)).toBe(true);
    const other = driver.open(path, { busyTimeoutMs: 0, isReadOnly: true });
    expect(other.execute('pragma journal_mode').rows).toEqual([{ journal_mode: 'wal' }]);
    expect(other.execute('select id from jobs').rows).toEqual([{ id: 'rose' }]);
    other.close();
  });

  it('is synced when it is opened, with the log that a crashed process left', async () => {
    const crashed = newPath();
    const { db } = await open(crashed);
    await db.insertInto('jobs').values(jobRow('rose')).execute();
    const path = newPath();
    for (const suffix of ['', '-wal']) copyFileSync(`${crashed}${suffix}`, `${path}${suffix}`);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    const recovered = await open(path);
    expect(await recovered.db.selectFrom('jobs').select('id').execute()).toEqual([{ id: 'rose' }]);
    expect(statSync(`${path}-wal`).size).toBe(0);
  });

  it('leaves only itself and its lock file when it is closed', async () => {
    const path = newPath();
    const { db, close } = await open(path);
    await db.insertInto('jobs').values(jobRow('rose')).execute();
    await close();
    expect(readdirSync(dirname(path)).sort()).toEqual(['timeless.db', 'timeless.db.lock']);
  });

  it('finds unfinished jobs in their order, and ended ones by age, through an index', async () => {
    const { db } = await open(newPath());
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

  it('finds what is a person’s through an index', async () => {
    const { db } = await open(newPath());
    const requests = db.selectFrom('jobs').select('id').where('requester_id', '=', '1').where('sequence', '<=', 5);
    const cancelled = db
      .selectFrom('jobs')
      .select('id')
      .where('state', '=', literal('cancelled'))
      .where('details', 'like', '%1%');
    const usage = db.selectFrom('usage_totals').select('day').where('member_id', '=', '1');
    const plans = await Promise.all(
      [requests, cancelled, usage].map((query) => query.explain(undefined, sql`query plan`)),
    );
    expect(plans.map((plan) => plan.map(({ detail }) => detail))).toEqual([
      ['SEARCH jobs USING INDEX jobs_requester_id (requester_id=? AND sequence<?)'],
      ['SCAN jobs USING INDEX jobs_cancelled'],
      ['SEARCH usage_totals USING INDEX usage_totals_member_id (member_id=?)'],
    ]);
  });

  it('has the released tables unchanged', async () => {
    const { db } = await openForTest(`file:${newPath()}`, { driver, migrations: MIGRATIONS.slice(0, 2) });
    const { rows } = await sql<{ sql: string }>`
      select sql from sqlite_schema where sql is not null order by type desc, name`.execute(db);
    const released = readFileSync(new URL('sqlite-schema.sql', import.meta.url), 'utf8');
    expect(rows.map((row) => `${row.sql};\n`).join('')).toBe(released);
  });

  it('has one owner, whatever path a second process uses', async () => {
    const path = newPath();
    await open(path);
    const links = makeFolder();
    symlinkSync(path, join(links, 'file.db'));
    symlinkSync(dirname(path), join(links, 'folder'));
    for (const name of [join(links, 'file.db'), join(links, 'folder', basename(path))]) {
      const second = startChild(['own the database', `file:${name}`, driver.name]);
      expect(await second.nextLine()).toContain(`The database ${path} is in use by another process`);
    }
  });

  it('has one owner, also through a link to a file that doesn’t exist yet', async () => {
    const path = newPath();
    const link = join(makeFolder(), 'link.db');
    symlinkSync(path, link);
    await open(link);
    expect(existsSync(path)).toBe(true);
    await expect(openDatabase(`file:${path}`, { driver })).rejects.toThrow('is in use by another process');
  });

  it('loads no driver of another database', async () => {
    const child = startChild(['say which drivers are loaded', `file:${newPath()}`, driver.name]);
    // The SQLite drivers are loaded to find out which of them work.
    expect((await child.nextLine())?.split(' ')).not.toContain('pg');
  });
});
