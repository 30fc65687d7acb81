import { constants } from 'node:fs';
import { access, realpath, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chooseDriver } from '../storage/drivers.ts';
import { parseDatabaseUrl } from '../storage/file.ts';
import { MIGRATIONS } from '../storage/migrations/index.ts';
import { type SqliteDriver, SqliteFailure } from '../storage/sqlite.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { describeUse } from './schema-use.ts';

const MIB = 1_048_576;
/** Below this, writes will soon fail. */
const TOO_LITTLE_BYTES = 50 * MIB;
const LITTLE_BYTES = 1_024 * MIB;

/** Checks the database without writing to it, also while the bot runs. @throws FatalError when there is no driver */
export async function checkSqlite(url: string): Promise<Finding> {
  const given = parseDatabaseUrl(url);
  const path = await realpath(given).catch(() => given);
  const folder = await existingFolder(path);
  const isWritable = await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) {
    return problem(`The folder ${folder} can't be written: run this as the bot's user, and give that user the folder.`);
  }
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const free = `${Math.floor(freeBytes / MIB)} MiB are free`;
  if (freeBytes < TOO_LITTLE_BYTES) return problem(`Only ${free} on the disk of ${folder}: make room there.`);
  const facts = await stat(path).catch(() => undefined);
  if (!facts) return ok(`${path} is made at the first start; ${free}.`);
  if (!facts.isFile()) return problem(`${path} is no file: point DATABASE_URL at a file.`);
  // Reading it may create files beside it, which would belong to the wrong user.
  if (process.getuid && facts.uid !== process.getuid()) {
    return warning(`${path} belongs to another user: run this as the user that the bot runs as.`);
  }
  const driver = await chooseDriver();
  const version = readVersion(driver, path);
  if (typeof version !== 'number') return version;
  const newest = MIGRATIONS.length;
  if (version > newest) {
    return problem(
      `${path} was written by a newer release (schema ${version}, this one knows ${newest}): start that release, or restore a backup from before it.`,
    );
  }
  const found = `${path}: ${describeUse({ version, newest, isInUse: isInUse(driver, path) })}; ${free}`;
  return freeBytes < LITTLE_BYTES ? warning(`${found}: make room on that disk.`) : ok(`${found}.`);
}

/** The version of the schema, 0 if the file is empty; or what is wrong with the file. */
function readVersion(driver: SqliteDriver, path: string): number | Finding {
  try {
    return withReader(driver, path, (read) => {
      const tables = read("select name from sqlite_schema where type = 'table'");
      if (tables.length === 0) return 0;
      if (tables.some(({ name }) => name === 'schema_version')) {
        const [row] = read('select max(version) as version from schema_version');
        if (typeof row?.['version'] === 'number') return row['version'];
      }
      return problem(`${path} belongs to another program: point DATABASE_URL at a file of its own.`);
    });
  } catch (error) {
    if (!(error instanceof SqliteFailure)) throw error;
    if (error.code === 'SQLITE_BUSY') return warning(`${path} is locked by another program: close that one.`);
    return problem(
      `${path} can't be read (${error.message}): restore a backup, or move it away to start with an empty one.`,
    );
  }
}

/** Whether a bot owns the database: then its lock file is locked. */
function isInUse(driver: SqliteDriver, path: string): boolean {
  try {
    withReader(driver, `${path}.lock`, (read) => read('select name from sqlite_schema'));
    return false;
  } catch (error) {
    if (error instanceof SqliteFailure) return error.code === 'SQLITE_BUSY';
    throw error;
  }
}

function withReader<T>(
  driver: SqliteDriver,
  path: string,
  work: (read: (sql: string) => Record<string, unknown>[]) => T,
) {
  const connection = driver.open(path, { busyTimeoutMs: 500, isReadOnly: true });
  try {
    return work((sql) => connection.execute(sql).rows);
  } finally {
    connection.close();
  }
}

/** The folder of the file, or the nearest existing one above it: the first start makes the rest. */
async function existingFolder(path: string): Promise<string> {
  const folder = dirname(path);
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || folder === path ? folder : existingFolder(folder);
}
