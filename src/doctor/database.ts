import { isPostgresUrl } from '../storage/url.ts';
import type { Finding } from './finding.ts';

/** Checks the database without writing to it, also while the bot runs. @throws FatalError, which says what to do */
export async function checkDatabase(url: string): Promise<Finding> {
  if (isPostgresUrl(url)) return (await import('./postgres.ts')).checkPostgres(url);
  return (await import('./sqlite.ts')).checkSqlite(url);
}
