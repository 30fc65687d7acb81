import type { Kysely } from 'kysely';
import { sql } from '../kysely.ts';
import { readVersion } from '../migrate.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { explain } from './explain.ts';
import { inspectServer, listTables } from './inspect.ts';
import { withPlainConnection } from './open.ts';
import { parsePostgresUrl } from './settings.ts';

/**
 * Finds the version of a database's schema, and whether a bot uses it, without changing it.
 * @throws FatalError as `openDatabase`
 */
export async function probePostgres(url: string): Promise<{ name: string; version: number; isInUse: boolean }> {
  const { settings, name } = parsePostgresUrl(url);
  try {
    return await withPlainConnection(settings, async (db) => {
      await inspectServer(db, name);
      const version = await readVersion(db, await listTables(db), MIGRATIONS.length, { name, kind: 'database' });
      return { name, version, isInUse: await isLocked(db) };
    });
  } catch (error) {
    throw explain(error, name);
  }
}

/**
 * Whether a process holds its lock. pg_locks has the halves of the key as unsigned numbers, and objsubid 1 for keys of one number.
 * @see https://www.postgresql.org/docs/current/view-pg-locks.html
 */
async function isLocked(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql`
    select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
    where l.locktype = 'advisory' and l.granted and l.objsubid = 1
      and l.classid::bigint = hashtext(current_schema())::bigint & 4294967295`.execute(db);
  return rows.length > 0;
}
