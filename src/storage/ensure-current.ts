import { FatalError } from '../fatal.ts';
import type { Database } from './contract.ts';
import { type DatabaseLabel, readVersion } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** @throws FatalError unless the schema is this release's */
export async function ensureCurrent(
  db: Database['db'],
  tables: readonly string[],
  label: DatabaseLabel,
): Promise<void> {
  const newest = MIGRATIONS.length;
  const version = await readVersion(db, tables, newest, label);
  if (version < newest)
    throw new FatalError(
      `The database ${label.name} has an older schema (${version}, this release has ${newest}): start the bot of this release once.`,
    );
}
