import type { Kysely, Transaction } from 'kysely';
import { FatalError } from '../fatal.ts';
import { now } from '../time.ts';
import type { ColumnTypes } from './column-types.ts';
import type { Migration } from './migrations/index.ts';
import type { Schema } from './schema.ts';

/** A database as error messages call it. */
export interface DatabaseLabel {
  /** Without a password. */
  readonly name: string;
  /** What DATABASE_URL points at. */
  readonly kind: 'file' | 'database';
}

/**
 * The version of the schema in a database; 0 when it is empty.
 * @param tables the existing tables
 * @throws FatalError when it is newer than this release, or the tables are another program's
 */
export async function readVersion(
  db: Kysely<Schema>,
  tables: readonly string[],
  newest: number,
  { name, kind }: DatabaseLabel,
): Promise<number> {
  if (tables.length === 0) return 0;
  if (!tables.includes('schema_version'))
    throw new FatalError(
      `The database ${name} belongs to another program: point DATABASE_URL at a ${kind} of its own.`,
    );
  const { version } = await db
    .selectFrom('schema_version')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirstOrThrow();
  if (version > newest)
    throw new FatalError(
      `The database ${name} was written by a newer release (schema ${version}, this one knows ${newest}): start that release, or restore a backup from before it.`,
    );
  return version;
}

/** Runs the migrations that a database of version `from` lacks: all of them, or none if one fails. */
export async function migrate(
  transaction: Transaction<Schema>,
  migrations: readonly Migration[],
  from: number,
  types: ColumnTypes,
): Promise<void> {
  await transaction.schema
    .createTable('schema_version')
    .ifNotExists()
    .addColumn('version', types.whole, (column) => column.primaryKey())
    .addColumn('migrated_at', types.whole, (column) => column.notNull())
    .execute();
  for (const [index, migration] of migrations.entries()) {
    const version = index + 1;
    if (version <= from) continue;
    await migration(transaction.schema, types, transaction);
    await transaction.insertInto('schema_version').values({ version, migrated_at: now() }).execute();
  }
}
