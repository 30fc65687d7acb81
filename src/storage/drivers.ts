import { FatalError } from '../fatal.ts';
import { findBetterSqlite } from './better-sqlite.ts';
import { findNodeSqlite } from './node-sqlite.ts';
import type { SqliteDriver } from './sqlite.ts';

/** The SQLite drivers that work in this process, the preferred one first. */
export async function findDrivers(): Promise<SqliteDriver[]> {
  return [findNodeSqlite(), await findBetterSqlite()].filter((driver) => driver !== undefined);
}

/** @throws FatalError when none works */
export async function chooseDriver(): Promise<SqliteDriver> {
  const [driver] = await findDrivers();
  if (driver) return driver;
  throw new FatalError(
    `No SQLite driver works on Node ${process.versions.node}: use Node 22.16 or newer, which has one built in, or install again with the optional dependency better-sqlite3 (npm ci --include=optional), which is compiled for Node 20 and 22.`,
  );
}
