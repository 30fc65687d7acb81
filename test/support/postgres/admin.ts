import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';

/** The Postgres server of the tests. */
function serverUrl(): URL {
  const postgres = inject('postgres');
  if ('absence' in postgres) throw new Error(postgres.absence);
  return new URL(postgres.url);
}

/** Runs statements as the owner of the server. */
export async function administer<T extends pg.QueryResultRow>(
  sql: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: serverUrl().href });
  await client.connect();
  try {
    return (await client.query<T>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** The server's address with parts of it replaced. */
export function urlWith(change: (url: URL) => void): string {
  const url = serverUrl();
  change(url);
  return url.href;
}

export function newName(): string {
  return `test_${randomBytes(8).toString('hex')}`;
}

/** The URL of a new, empty schema, which is a test's database; it is removed after the test. */
export async function newSchemaUrl(): Promise<string> {
  const schema = newName();
  await administer(`create schema ${schema}`);
  onTestFinished(async () => {
    await administer(`drop schema if exists ${schema} cascade`);
  });
  return urlWith((url) => url.searchParams.set('options', `-c search_path=${schema}`));
}

/** The schema of a `newSchemaUrl`. */
export function schemaOf(url: string): string {
  return new URL(url).searchParams.get('options')?.split('=')[1] ?? '';
}

/** Its name in messages. */
export function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}
