import { existsSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { FatalError } from '../fatal.ts';
import { isFailure, type SqliteDriver } from './sqlite.ts';

/** The first bytes of every SQLite file. @see https://www.sqlite.org/fileformat.html#magic_header_string */
const MAGIC = 'SQLite format 3\0';

/** Up to this size every page is checked at start; a larger file would hold the start up for seconds. */
const MAX_CHECKED_BYTES = 256 * 1_048_576;

/**
 * Looks at a database without changing a byte of it. An absent or empty file is fine.
 * To be called by the owner of the lock before it opens the database: closing a file frees the locks that the process has on it.
 * @throws FatalError when the file is no database or a damaged one; SqliteFailure
 */
export async function inspectFile(driver: SqliteDriver, path: string): Promise<void> {
  const start = await readStart(path);
  if (start === '') return;
  if (start !== MAGIC) throw refuse(path, 'is not a SQLite database');
  // Left by a crash: there is a transaction to undo, which the opening for writing does.
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

/** What SQLite says against the file; undefined when it is sound. A read-only connection has no right to write back what a crash left. */
function findDamage(driver: SqliteDriver, path: string): string | undefined {
  const isSmall = statSync(path).size <= MAX_CHECKED_BYTES;
  const connection = driver.open(path, { busyTimeoutMs: 100, isReadOnly: true });
  try {
    // Reading the schema finds a cut file; the check finds the rest, here up to the first problem.
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
