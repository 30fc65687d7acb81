import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../../sandbox/postgres/start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** In the project `postgres`: a server for the tests, as a user who may make roles and schemas, or why there is none. */
    postgres: { readonly url: string } | { readonly absence: string };
  }
}

/**
 * Once for all test files: the server of TEST_POSTGRES_URL, else one of npm's, in a temporary folder, which goes with the tests.
 * Where that doesn't start, the tests are skipped and say so; with CI in the environment it is an error.
 */
export default async function providePostgres(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['TEST_POSTGRES_URL'];
  if (given) {
    project.provide('postgres', { url: given });
    return undefined;
  }
  const postgres = await startPostgres();
  if ('url' in postgres) {
    project.provide('postgres', { url: postgres.url });
    return postgres.stop;
  }
  const { problem } = postgres;
  if (process.env['CI']) throw new Error(`No Postgres for the tests: ${problem}`);
  const absence = `SKIPPED: the tests over Postgres, which doesn't start here (${problem}). Set TEST_POSTGRES_URL.`;
  process.stderr.write(`\n${absence}\n\n`);
  project.provide('postgres', { absence });
  return undefined;
}
