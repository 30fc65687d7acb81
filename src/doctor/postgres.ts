import { MIGRATIONS } from '../storage/migrations/index.ts';
import { probePostgres } from '../storage/postgres/probe-postgres.ts';
import { type Finding, ok } from './finding.ts';
import { describeUse } from './schema-use.ts';

/** @throws FatalError for a database that the bot can't use */
export async function checkPostgres(url: string): Promise<Finding> {
  const { name, version, isInUse } = await probePostgres(url);
  return ok(`${name}: ${describeUse({ version, newest: MIGRATIONS.length, isInUse })}.`);
}
