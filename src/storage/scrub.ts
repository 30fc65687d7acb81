import { retry } from '../time.ts';
import type { ConnectionQueue } from './connection-queue.ts';
import { BUSY_LIMIT_MS, DatabaseBusy } from './errors.ts';

/** Up to this size, the file is rewritten; with a larger one, that would block the process for seconds. */
const MAX_REWRITTEN_BYTES = 32 * 1_048_576;

/**
 * Removes deleted rows from the files. `secure_delete` overwrites them in the tables, but not in the write-ahead log, and not the copies
 * that SQLite leaves when it moves rows between pages (a few in a thousand, as measured).
 * @throws DatabaseBusy when others read or write for too long
 */
export async function scrub(queue: ConnectionQueue): Promise<void> {
  const run = async (sql: string) => (await queue.run({ sql, parameters: [], kind: 'other' })).rows[0];
  const size = await run('select page_count * page_size as bytes from pragma_page_count, pragma_page_size');
  if (Number(size?.['bytes']) <= MAX_REWRITTEN_BYTES) await run('vacuum');
  const emptyLog = async () => {
    const result = await run('pragma wal_checkpoint(truncate)');
    if (result?.['busy'] !== 0) throw new DatabaseBusy(new Error('Another program reads the database.'));
  };
  await retry(emptyLog, {
    shouldRetry: (error) => error instanceof DatabaseBusy,
    firstPauseMs: 100,
    longestPauseMs: 1_000,
    giveUpAfterMs: BUSY_LIMIT_MS,
  });
}
