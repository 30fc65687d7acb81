import pg from 'pg';
import { FatalError } from '../../fatal.ts';
import type { OwnShards } from '../../shards.ts';
import { later, now, wait } from '../../time.ts';
import { NOBODY } from '../contract.ts';
import { processLock, REGISTRATION_LOCK } from './advisory-locks.ts';
import { CLOCK } from './clock.ts';
import { types } from './sessions.ts';
import type { PostgresTarget } from './settings.ts';

/** The server needs a moment to notice that the process before was killed. */
const TRIES = 20;
const PAUSE_MS = 50;
/** A process that was not heard of for this long is taken for dead, also when its connection still stands. */
const CLAIM_MS = 15_000;
const RENEWAL_MS = 5_000;
/** Together with the pause shorter than a claim holds: who hears nothing for so long ends before others may take over. */
const ANSWER_LIMIT_MS = 8_000;

/**
 * Forgets the processes that are gone, but for the one of this number: their lock is free, as the server frees it with their
 * connection; or they were silent for too long. Then what they have claimed is free.
 */
export const forgetDead = (self: number) =>
  `delete from processes where id <> ${self} and (claimed_until <= ${CLOCK} or pg_try_advisory_xact_lock(${processLock('id')}))`;

/** This process among those that share a database. */
export interface Registration {
  /** No other process ever had it. */
  readonly id: number;
  /** As `Database` has it. */
  ensureAlive(): Promise<void>;
  /** Gives up all that this process has claimed. */
  end(): Promise<void>;
}

/**
 * Registers this process as the owner of its shards until `end`, or until it dies, however that happens.
 * @param shards default: all, however many these are
 * @param onLost told when others may take this process for dead, and take over what it has claimed: it must end
 * @throws FatalError when a living process owns one of these shards, or counts shards otherwise
 */
export async function registerProcess(
  { settings, name }: PostgresTarget,
  shards: OwnShards | undefined,
  onLost: (error: FatalError) => void,
): Promise<Registration> {
  const client = new pg.Client({ ...settings, types, query_timeout: ANSWER_LIMIT_MS });
  let loss: Error | undefined;
  let isOver = true;
  client.on('error', (error) => {
    loss ??= error;
  });
  const lose = (what: string, cause?: Error) => {
    if (isOver) return;
    isOver = true;
    onLost(new FatalError(`${what}: stopping, what is stored goes on at the next start.`, { cause }));
  };
  const loseConnection = () => {
    const why = (loss?.message ?? 'it was closed').replace(/\s+/g, ' ');
    lose(`The connection to the database ${name} that shows that this process lives was lost (${why})`, loss);
  };
  client.once('end', loseConnection);
  await client.connect();
  let id: number;
  // Counted from before the server hears of it, so that it is over here first.
  let aliveUntilMs = now() + CLAIM_MS;
  try {
    id = await register(client, name, shards);
  } catch (error) {
    await client.end();
    throw error;
  }
  isOver = false;
  const renewOnce = async () => {
    const untilMs = now() + CLAIM_MS;
    const { rowCount } = await client.query(
      `update processes set claimed_until = ${CLOCK} + ${CLAIM_MS} where id = $1`,
      [id],
    );
    if (rowCount === 0) lose(`This process was not heard of for more than 15 s, and was taken for dead in ${name}`);
    else aliveUntilMs = untilMs;
  };
  // The connection takes one statement at a time.
  let renewal: Promise<void> | undefined;
  const renew = () => {
    renewal ??= renewOnce().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  let cancel = () => {};
  // Counted from when it was sent: so long before the answer others may count already.
  const renewAfter = (sentAtMs: number) => {
    cancel = later(sentAtMs + RENEWAL_MS - now(), () => {
      const nextSentAtMs = now();
      const goOn = () => renewAfter(nextSentAtMs);
      renew().then(goOn, (error: Error) => {
        loss ??= error;
        // Not only when the connection has ended: one that carries nothing any more may take long to.
        loseConnection();
        client.end().catch(() => {});
      });
    });
  };
  renewAfter(now());
  return {
    id,
    async ensureAlive() {
      if (now() >= aliveUntilMs && !isOver) await renew();
      if (now() >= aliveUntilMs) throw new Error(`This process was taken for dead in ${name}.`);
    },
    async end() {
      cancel();
      if (isOver) return;
      isOver = true;
      await renewal?.catch(() => {});
      // When this fails, the end of the connection frees the lock.
      await client.query('delete from processes where id = $1', [id]).catch(() => {});
      await client.end();
    },
  };
}

async function register(client: pg.Client, name: string, shards: OwnShards | undefined): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1, hashtext(current_schema()))', [REGISTRATION_LOCK]);
    await client.query(forgetDead(NOBODY));
    const problem = await findConflict(client, shards);
    if (problem === undefined) {
      const id = await insert(client, shards);
      await client.query('commit');
      return id;
    }
    await client.query('rollback');
    if (tries === TRIES) throw new FatalError(`The database ${name} is in use by ${problem}`);
    await wait(PAUSE_MS);
  }
}

async function insert(client: pg.Client, shards: OwnShards | undefined): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into processes (shard_count, shard_ids, claimed_until) values ($1, $2, ${CLOCK} + ${CLAIM_MS}) returning id`,
    [shards?.count ?? null, shards ? JSON.stringify(shards.ids) : null],
  );
  const [row] = rows;
  if (!row) throw new Error('The database did not number this process.');
  await client.query(`select pg_advisory_lock(${processLock('$1::bigint')})`, [row.id]);
  return row.id;
}

interface ProcessRow {
  readonly shard_count: number | null;
  readonly shard_ids: string | null;
}

/** Why this process can't live beside those that do. */
async function findConflict(client: pg.Client, shards: OwnShards | undefined): Promise<string | undefined> {
  const { rows } = await client.query<ProcessRow>('select shard_count, shard_ids from processes');
  for (const { shard_count: count, shard_ids: list } of rows) {
    if (!shards || count === null || list === null)
      return 'another process: stop that one, or give this one a DATABASE_URL of its own.';
    if (count !== shards.count)
      return `a process with DISCORD_SHARD_COUNT=${count}, and this one has ${shards.count}: stop all before the count changes.`;
    const ids: unknown = JSON.parse(list);
    const shared = shards.ids.find((id) => Array.isArray(ids) && ids.includes(id));
    if (shared !== undefined)
      return `another process with shard ${shared}: stop that one, or give each its own DISCORD_SHARD_IDS.`;
  }
  return undefined;
}
