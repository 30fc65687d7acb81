import type { Kysely } from 'kysely';
import { FatalError } from '../../fatal.ts';
import { sql } from '../kysely.ts';
import type { Schema } from '../schema.ts';

/** The oldest release with pg_current_xact_id and pg_xact_status, which VerifiedTransaction needs. */
const OLDEST_VERSION = 13;

/**
 * Checks that a server's database can be used.
 * @throws FatalError when it is too old, read-only, not in UTF-8, or has no schema for the tables
 */
export async function inspectServer(db: Kysely<Schema>, name: string): Promise<void> {
  const { rows } = await sql<{ version: number; encoding: string; is_standby: boolean; schema: string | null }>`
    select current_setting('server_version_num')::int / 10000 as version,
      current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as is_standby,
      current_schema() as schema`.execute(db);
  const [facts] = rows;
  if (!facts) throw new FatalError(`The database ${name} doesn't say what it is.`);
  if (facts.version < OLDEST_VERSION)
    throw new FatalError(
      `The database ${name} is on Postgres ${facts.version}: it must be ${OLDEST_VERSION} or newer.`,
    );
  if (facts.encoding !== 'UTF8')
    throw new FatalError(
      `The database ${name} is encoded in ${facts.encoding}, which can't hold every prompt: make one with encoding UTF8.`,
    );
  if (facts.is_standby)
    throw new FatalError(
      `The database ${name} is a standby, which can't be written: point DATABASE_URL at its primary.`,
    );
  if (facts.schema === null)
    throw new FatalError(
      `The database ${name} has no schema for the tables that this user may use: make the one that search_path names, or grant usage on it.`,
    );
}

/** The tables in our schema, without those of extensions. */
export async function listTables(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind in ('r', 'p') and not exists (
      select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}
