import type { Database, DatabaseOptions } from './contract.ts';
import { openSqlite } from './open-sqlite.ts';
import { makeFilesPrivate } from './private-files.ts';
import { isPostgresUrl } from './url.ts';

export { type Database, type DatabaseOptions, SINGLE_PROCESS } from './contract.ts';
export { total } from './total.ts';

/**
 * Opens a database, made when it isn't there, brings its schema up to date, and owns it until `close` or the end of the process.
 * @param url `file:` and a path from the working folder, for SQLite, or `postgres://`, whose database has to be there
 * @throws FatalError whenever that can't be done; a damaged file is left as it is
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  await makeFilesPrivate(url, options.log);
  if (!isPostgresUrl(url)) return openSqlite(url, options);
  // Loaded when it is needed: its driver takes memory.
  const { openPostgres } = await import('./postgres/open.ts');
  return openPostgres(url, options);
}
