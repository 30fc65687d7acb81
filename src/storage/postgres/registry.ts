import pg from 'pg';
import { FatalError } from '../../fatal.ts';
import type { OwnShards } from '../../shards.ts';
import { later, monotonicNow, wait } from '../../time.ts';
import { SINGLE_PROCESS } from '../contract.ts';
import { processLock, REGISTRATION_LOCK } from './advisory-locks.ts';
import { CLOCK } from './clock.ts';
import { types } from './sessions.ts';
import type { PostgresTarget } from './settings.ts';

/** The server needs a moment to notice that the previous process was killed. */
const TRIES = 20;
const PAUSE_MS = 50;
/** A process that hasn't renewed its claim for this long counts as dead, even if its connection is still open. */
const CLAIM_MS = 15_000;
const RENEWAL_MS = 5_000;
/** Together with RENEWAL_MS shorter than CLAIM_MS: a process without an answer ends before others may take over its jobs. */
const ANSWER_LIMIT_MS = 8_000;

/**
 * Removes the processes that are gone, except the one with this number, so that their jobs are free. Their lock is free, since the
 * server frees it with their connection, or they were silent for too long.
 */
export const forgetDead = (self: number) =>
  `delete from processes where id <> ${self} and (claimed_until <= ${CLOCK} or pg_try_advisory_xact_lock(${processLock('id')}))`;

/**
 * Registers this process as the owner of its shards until `end`, or until the process ends in any way.
 * @param shards default: all
 * @param onLost called when others may consider this process dead, and take over its jobs: it must end
 * @throws FatalError when a living process owns one of these shards, or has another shard count
 */
export async function registerProcess(
  { settings, name }: PostgresTarget,
  shards: OwnShards | undefined,
  onLost: (error: FatalError) => void,
): Promise<Registration> {
  const client = new pg.Client({ ...settings, types, query_timeout: ANSWER_LIMIT_MS });
  // Until the process is registered, the failed statement reports a broken connection.
  client.on('error', () => {});
  await client.connect();
  const sentAtMs = monotonicNow();
  try {
    return new Registration({ client, name, onLost, sentAtMs, id: await register(client, name, shards) });
  } catch (error) {
    await client.end();
    throw error;
  }
}

interface RegistrationParts {
  /** A connection only for this. */
  readonly client: pg.Client;
  readonly id: number;
  /** When the claim was sent, on the monotonic clock. */
  readonly sentAtMs: number;
  /** Of the database. */
  readonly name: string;
  readonly onLost: (error: FatalError) => void;
}

/** This process's entry among those that share a database. */
export class Registration {
  /** Never used by another process. */
  readonly id: number;
  readonly #parts: RegistrationParts;
  #aliveUntilMs: number;
  #loss: Error | undefined;
  #isOver = false;
  #renewal: Promise<void> | undefined;
  #cancelRenewal = () => {};

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.#aliveUntilMs = parts.sentAtMs + CLAIM_MS;
    parts.client.on('error', (error) => {
      this.#loss ??= error;
    });
    parts.client.once('end', () => this.#loseConnection());
    this.#renewLater(parts.sentAtMs);
  }

  /** As `Database.ensureAlive`. */
  async ensureAlive(): Promise<void> {
    if (monotonicNow() >= this.#aliveUntilMs && !this.#isOver) await this.#renew();
    if (monotonicNow() >= this.#aliveUntilMs)
      throw new Error(`Other processes consider this one dead in ${this.#parts.name}.`);
  }

  /** Frees this process's jobs. */
  async end(): Promise<void> {
    this.#cancelRenewal();
    if (this.#isOver) return;
    this.#isOver = true;
    const { client } = this.#parts;
    await this.#renewal?.catch(() => {});
    // If this fails, the end of the connection frees the lock.
    await client.query('delete from processes where id = $1', [this.id]).catch(() => {});
    await client.end();
  }

  /** Counted from when the last renewal was sent: the server may have stored it long before it answered. */
  #renewLater(sentAtMs: number): void {
    this.#cancelRenewal = later(sentAtMs + RENEWAL_MS - monotonicNow(), () => {
      const nextSentAtMs = monotonicNow();
      const renewAgain = () => this.#renewLater(nextSentAtMs);
      this.#renew().then(renewAgain, (error: Error) => {
        this.#loss ??= error;
        // Without waiting for the connection to end: a dead one may take long to.
        this.#loseConnection();
        this.#parts.client.end().catch(() => {});
      });
    });
  }

  /** One renewal at a time. */
  #renew(): Promise<void> {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renewOnce(): Promise<void> {
    const untilMs = monotonicNow() + CLAIM_MS;
    const { rowCount } = await this.#parts.client.query(
      `update processes set claimed_until = ${CLOCK} + ${CLAIM_MS} where id = $1`,
      [this.id],
    );
    this.#aliveUntilMs = rowCount === 0 ? 0 : untilMs;
    if (rowCount === 0)
      this.#lose(`This process was silent for more than 15 s, so others consider it dead in ${this.#parts.name}`);
  }

  #loseConnection(): void {
    const why = (this.#loss?.message ?? 'it was closed').replace(/\s+/g, ' ');
    this.#lose(`The connection that registers this process in the database ${this.#parts.name} was lost (${why})`);
  }

  #lose(what: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const text = `${what}: stopping. The next start resumes stored jobs.`;
    this.#parts.onLost(new FatalError(text, { cause: this.#loss }));
  }
}

async function register(client: pg.Client, name: string, shards: OwnShards | undefined): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1, hashtext(current_schema()))', [REGISTRATION_LOCK]);
    await client.query(forgetDead(SINGLE_PROCESS));
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

/** Why this process can't run beside the others. */
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
