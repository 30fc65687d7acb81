import type { Database, DatabaseOptions } from './contract.ts';
import { openSqlite } from './open-sqlite.ts';
import { makeFilesPrivate } from './private-files.ts';
import { isPostgresUrl } from './url.ts';

export { type Database, type DatabaseOptions, SINGLE_PROCESS } from './contract.ts';
export { total } from './total.ts';

/**
 * Opens a database, migrates its schema, and owns it until `close` or the end of the process.
 * @param url `file:` and a path from the working folder for SQLite, which makes the file; or `postgres://` with an existing database
 * @throws FatalError when that fails; a damaged file is left unchanged
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  await makeFilesPrivate(url, options.log);
  if (!isPostgresUrl(url)) return openSqlite(url, options);
  // Loaded on demand: its driver takes memory.
  const { openPostgres } = await import('./postgres/open.ts');
  return openPostgres(url, options);
}
