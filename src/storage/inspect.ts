import { existsSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { FatalError } from '../fatal.ts';
import { isFailure, type SqliteDriver } from './sqlite.ts';

/** The first bytes of every SQLite file. @see https://www.sqlite.org/fileformat.html#magic_header_string */
const MAGIC = 'SQLite format 3\0';

/** Up to this size, every page is checked at the start; a larger file would delay the start by seconds. */
const MAX_CHECKED_BYTES = 256 * 1_048_576;

/**
 * Checks a database file without changing it. An absent or empty file is fine.
 * To be called by the owner of the lock before it opens the database: closing a file frees the process's locks on it.
 * @throws FatalError when the file is no database or a damaged one; SqliteFailure
 */
export async function inspectFile(driver: SqliteDriver, path: string): Promise<void> {
  const start = await readStart(path);
  if (start === '') return;
  if (start !== MAGIC) throw refuse(path, 'is not a SQLite database');
  // A crash has left a transaction to roll back, which opening for writing does.
  if (existsSync(`${path}-journal`)) return;
  const absent = [`${path}-wal`, `${path}-shm`].filter((file) => !existsSync(file));
  const damage = findDamage(driver, path);
  if (damage === undefined) return;
  for (const file of absent) rmSync(file, { force: true });
  throw refuse(path, `is damaged (${damage.replace(/\s+/g, ' ')})`);
}

function refuse(path: string, problem: string): FatalError {
  return new FatalError(
    `The database ${path} ${problem}; it was left as it is: restore a backup, or move it away to start with an empty one.`,
  );
}

async function readStart(path: string): Promise<string> {
  if (!existsSync(path)) return '';
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MAGIC.length) });
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What SQLite finds wrong with the file, if anything. Read-only, so that nothing is recovered after a crash. */
function findDamage(driver: SqliteDriver, path: string): string | undefined {
  const isSmall = statSync(path).size <= MAX_CHECKED_BYTES;
  const connection = driver.open(path, { busyTimeoutMs: 100, isReadOnly: true });
  try {
    // Reading the schema detects a truncated file; the check detects other damage, up to the first problem.
    connection.execute('select name from sqlite_schema');
    if (!isSmall) return undefined;
    const [row] = connection.execute('pragma quick_check(1)').rows;
    return row?.['quick_check'] === 'ok' ? undefined : String(row?.['quick_check']);
  } catch (error) {
    if (isFailure(error, 'SQLITE_CORRUPT', 'SQLITE_NOTADB')) return error.message;
    throw error;
  } finally {
    connection.close();
  }
}
