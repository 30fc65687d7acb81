import { realpath, stat } from 'node:fs/promises';
import { FatalError } from '../fatal.ts';
import { ConnectionQueue } from './connection-queue.ts';
import type { SharedDatabase } from './contract.ts';
import { createDialect } from './dialect.ts';
import { chooseDriver } from './drivers.ts';
import { ensureCurrent } from './ensure-current.ts';
import { explainSqlite } from './explain-sqlite.ts';
import { parseDatabaseUrl } from './file.ts';
import { Kysely } from './kysely.ts';
import { configure } from './open-sqlite.ts';
import type { Schema } from './schema.ts';
import { scrub } from './scrub.ts';
import type { SqliteConnection } from './sqlite.ts';
import { isPostgresUrl } from './url.ts';

/**
 * Runs `work` with a database that a running bot may be using.
 * @throws FatalError when there is none, or none of this release's schema
 */
export async function useBeside<T>(
  url: string,
  { isReadOnly }: { readonly isReadOnly: boolean },
  work: (database: SharedDatabase) => Promise<T>,
): Promise<T> {
  if (isPostgresUrl(url)) return (await import('./postgres/use-beside.ts')).usePostgresBeside(url, work);
  const { sqlite, db, queue } = await open(url, isReadOnly);
  try {
    return await work({ db, write: (steps) => db.transaction().execute(steps), scrub: () => scrub(queue) });
  } finally {
    await db.destroy();
    sqlite.close();
  }
}

async function open(url: string, isReadOnly: boolean) {
  const path = await findFile(url);
  let sqlite: SqliteConnection | undefined;
  try {
    sqlite = (await chooseDriver()).open(path, { busyTimeoutMs: 100, isReadOnly });
    const queue = new ConnectionQueue(sqlite, () => {});
    const db = new Kysely<Schema>({ dialect: createDialect(queue, { isRelaxed: false }) });
    const tables = await db.introspection.getTables();
    const names = tables.map(({ name }) => name);
    await ensureCurrent(db, names, { name: path, kind: 'file' });
    if (!isReadOnly) configure(sqlite);
    return { sqlite, db, queue };
  } catch (error) {
    sqlite?.close();
    throw explainSqlite(error, path);
  }
}

async function findFile(url: string): Promise<string> {
  const given = parseDatabaseUrl(url);
  const path = await realpath(given).catch(() => given);
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile()) throw new FatalError(`There is no database ${path}.`);
  // Reading it may create files beside it, which would belong to the wrong user.
  if (process.getuid && facts.uid !== process.getuid())
    throw new FatalError(`The database ${path} belongs to another user: run this as the user that the bot runs as.`);
  return path;
}
