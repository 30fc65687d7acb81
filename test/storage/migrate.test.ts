import type { SchemaModule } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { MIGRATIONS, type Migration } from '../../src/storage/migrations/index.ts';
import { listTables } from '../../src/storage/postgres/inspect.ts';
import { BACKENDS, ON_POSTGRES, openForTest } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

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
  const names = ON_POSTGRES ? await listTables(db) : (await db.introspection.getTables()).map(({ name }) => name);
  return names.sort();
}

describe.each(BACKENDS)('over $name', ({ options, newUrl, nameOf }) => {
  const versionsOf = ({ db }: Database) =>
    db.selectFrom('schema_version').select('version').orderBy('version').execute();

  const versionsUpTo = (last: number) => Array.from({ length: last }, (_, index) => ({ version: index + 1 }));

  it('makes the whole schema at the first start, and changes nothing at the next', async () => {
    const url = await newUrl();
    const first = await openDatabase(url, options);
    expect(await tablesOf(first)).toEqual([
      'circuit',
      'command_guilds',
      'departed_guilds',
      'drafts',
      'erasures',
      'guild_settings',
      'job_messages',
      'jobs',
      'posts',
      'processes',
      'schema_version',
      'settings_history',
      'usage_reservations',
      'usage_totals',
    ]);
    const rows = await first.db.selectFrom('schema_version').selectAll().execute();
    await first.close();
    const second = await openForTest(url, options);
    expect(await second.db.selectFrom('schema_version').selectAll().execute()).toEqual(rows);
  });

  it('migrates an older database and keeps its rows', async () => {
    const url = await newUrl();
    const older = await openDatabase(url, options);
    await older.db.insertInto('jobs').values(jobRow('rose')).execute();
    await older.close();
    const newer = await openForTest(url, { ...options, migrations: [...MIGRATIONS, addStars] });
    expect(await newer.db.selectFrom('jobs').selectAll().execute()).toMatchObject([{ id: 'rose', stars: 5 }]);
    expect(await versionsOf(newer)).toEqual(versionsUpTo(MIGRATIONS.length + 1));
  });

  it('runs all missing migrations or none, and says that the database can’t be opened', async () => {
    const url = await newUrl();
    const older = await openDatabase(url, options);
    await older.close();
    const migrations = [...MIGRATIONS, addStars, failHalfway];
    await expect(openDatabase(url, { ...options, migrations })).rejects.toThrow(
      /^The database .* can't be opened: (table|relation) "half" already exists/,
    );
    const again = await openForTest(url, options);
    expect(await tablesOf(again)).not.toContain('half');
    expect(await versionsOf(again)).toEqual(versionsUpTo(MIGRATIONS.length));
  });

  it('refuses a schema that is newer than this release, and frees the lock', async () => {
    const url = await newUrl();
    const newer = await openDatabase(url, { ...options, migrations: [...MIGRATIONS, addStars] });
    await newer.close();
    await expect(openDatabase(url, options)).rejects.toThrow(
      `The database ${nameOf(url)} was written by a newer release (schema ${MIGRATIONS.length + 1}, this one knows ${MIGRATIONS.length}): start that release, or restore a backup from before it.`,
    );
    const again = await openForTest(url, { ...options, migrations: [...MIGRATIONS, addStars] });
    expect(await versionsOf(again)).toHaveLength(MIGRATIONS.length + 1);
  });
});
