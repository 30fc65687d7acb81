import pg from 'pg';
import { FatalError } from '../../fatal.ts';
import { wait } from '../../time.ts';
import { LOCK_FOR_LIFE } from './advisory-locks.ts';
import type { PostgresTarget } from './settings.ts';

/** The server needs a moment to notice that the owner was killed. */
const TRIES = 20;
const PAUSE_MS = 50;

/**
 * Makes this process the owner of a database, until the returned function is called or the process ends, however that happens:
 * the server frees the lock with the connection, which is there for nothing else.
 * @param onLost told when the connection breaks: from then on another process may be the owner
 * @throws FatalError when another process is the owner
 */
export async function lockPostgres(
  { settings, name }: PostgresTarget,
  onLost: (error: FatalError) => void,
): Promise<() => Promise<void>> {
  const client = new pg.Client(settings);
  let isOwner = false;
  let loss: Error | undefined;
  client.on('error', (error) => {
    loss ??= error;
  });
  client.once('end', () => {
    if (!isOwner) return;
    const why = (loss?.message ?? 'it was closed').replace(/\s+/g, ' ');
    onLost(
      new FatalError(
        `The connection to the database ${name} that shows this process to be its only one was lost (${why}): stopping, what is stored goes on at the next start.`,
        { cause: loss },
      ),
    );
  });
  await client.connect();
  for (let tries = 1; !isOwner; tries += 1) {
    isOwner = await tryLock(client);
    if (isOwner) break;
    if (tries === TRIES) {
      await client.end();
      throw new FatalError(
        `The database ${name} is in use by another process: stop that one, or give this one a DATABASE_URL of its own.`,
      );
    }
    await wait(PAUSE_MS);
  }
  return async () => {
    isOwner = false;
    await client.end();
  };
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ is_owner: boolean }>(
    'select pg_try_advisory_lock($1, hashtext(current_schema())) as is_owner',
    [LOCK_FOR_LIFE],
  );
  return rows[0]?.is_owner ?? false;
}
