import type { Kysely } from 'kysely';
import { FatalError } from '../fatal.ts';
import { now } from '../time.ts';
import type { Migration } from './migrations/index.ts';
import type { Schema } from './schema.ts';

/**
 * The version of the schema in a database; 0 when it is empty.
 * @throws FatalError when it is newer than this release, or the tables are another program's
 */
export async function readVersion(db: Kysely<Schema>, newest: number, path: string): Promise<number> {
  const tables = await db.introspection.getTables();
  if (tables.length === 0) return 0;
  if (!tables.some(({ name }) => name === 'schema_version'))
    throw new FatalError(`The database ${path} belongs to another program: point DATABASE_URL at a file of its own.`);
  const { version } = await db
    .selectFrom('schema_version')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirstOrThrow();
  if (version > newest)
    throw new FatalError(
      `The database ${path} was written by a newer release (schema ${version}, this one knows ${newest}): start that release, or restore a backup from before it.`,
    );
  return version;
}

/** Runs the migrations that a database of version `from` lacks: all, or none when one fails. */
export async function migrate(db: Kysely<Schema>, migrations: readonly Migration[], from: number): Promise<void> {
  if (from === migrations.length) return;
  await db.transaction().execute(async (transaction) => {
    await transaction.schema
      .createTable('schema_version')
      .ifNotExists()
      .addColumn('version', 'integer', (column) => column.primaryKey())
      .addColumn('migrated_at', 'integer', (column) => column.notNull())
      .execute();
    for (const [index, migration] of migrations.entries()) {
      const version = index + 1;
      if (version <= from) continue;
      await migration(transaction.schema);
      await transaction.insertInto('schema_version').values({ version, migrated_at: now() }).execute();
    }
  });
}
