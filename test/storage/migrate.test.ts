import { join } from 'node:path';
import type { SchemaModule } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { MIGRATIONS, type Migration } from '../../src/storage/migrations/index.ts';
import { DRIVERS, makeFolder, openForTest } from './fixtures.ts';
import { jobRow } from './rows.ts';

const addStars: Migration = (schema) =>
  schema
    .alterTable('jobs')
    .addColumn('stars', 'integer', (column) => column.notNull().defaultTo(5))
    .execute();

async function failHalfway(schema: SchemaModule): Promise<void> {
  await schema.createTable('half').addColumn('id', 'integer').execute();
  await schema.createTable('half').addColumn('id', 'integer').execute();
}

async function tablesOf({ db }: Database): Promise<string[]> {
  return (await db.introspection.getTables()).map(({ name }) => name).sort();
}

describe.each(DRIVERS)('over $name', (driver) => {
  const newPath = () => join(makeFolder(), 'timeless.db');
  const versionsOf = ({ db }: Database) =>
    db.selectFrom('schema_version').select('version').orderBy('version').execute();

  const versionsUpTo = (last: number) => Array.from({ length: last }, (_, index) => ({ version: index + 1 }));

  it('makes the whole schema at the first start, and changes nothing at the next', async () => {
    const path = newPath();
    const first = await openDatabase(`file:${path}`, { driver });
    expect(await tablesOf(first)).toEqual([
      'circuit',
      'departed_guilds',
      'guild_settings',
      'jobs',
      'posts',
      'schema_version',
      'settings_history',
      'usage_reservations',
      'usage_totals',
    ]);
    const rows = await first.db.selectFrom('schema_version').selectAll().execute();
    await first.close();
    const second = await openForTest(path, { driver });
    expect(await second.db.selectFrom('schema_version').selectAll().execute()).toEqual(rows);
  });

  it('brings an older database up to date and keeps its rows', async () => {
    const path = newPath();
    const older = await openDatabase(`file:${path}`, { driver });
    await older.db.insertInto('jobs').values(jobRow('rose')).execute();
    await older.close();
    const newer = await openForTest(path, { driver, migrations: [...MIGRATIONS, addStars] });
    expect(await newer.db.selectFrom('jobs').selectAll().execute()).toMatchObject([{ id: 'rose', stars: 5 }]);
    expect(await versionsOf(newer)).toEqual(versionsUpTo(MIGRATIONS.length + 1));
  });

  it('runs all that is missing or nothing, and says that the database cannot be opened', async () => {
    const path = newPath();
    const older = await openDatabase(`file:${path}`, { driver });
    await older.close();
    const migrations = [...MIGRATIONS, addStars, failHalfway];
    await expect(openDatabase(`file:${path}`, { driver, migrations })).rejects.toThrow(
      `The database ${path} can't be opened: table "half" already exists`,
    );
    const again = await openForTest(path, { driver });
    expect(await tablesOf(again)).not.toContain('half');
    expect(await versionsOf(again)).toEqual(versionsUpTo(MIGRATIONS.length));
  });

  it('refuses a schema that is newer than this release, and frees the lock', async () => {
    const path = newPath();
    const newer = await openDatabase(`file:${path}`, { driver, migrations: [...MIGRATIONS, addStars] });
    await newer.close();
    await expect(openDatabase(`file:${path}`, { driver })).rejects.toThrow(
      `The database ${path} was written by a newer release (schema ${MIGRATIONS.length + 1}, this one knows ${MIGRATIONS.length}): start that release, or restore a backup from before it.`,
    );
    const again = await openForTest(path, { driver, migrations: [...MIGRATIONS, addStars] });
    expect(await versionsOf(again)).toHaveLength(MIGRATIONS.length + 1);
  });
});
