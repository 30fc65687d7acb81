import pg from 'pg';
import { FatalError } from '../../fatal.ts';
import type { OwnShards } from '../../shards.ts';
import { later, monotonicNow, wait } from '../../time.ts';
import { SINGLE_PROCESS } from '../contract.ts';
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
  // What breaks before the process is registered is told by the statement that it breaks.
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
  /** A connection for nothing else. */
  readonly client: pg.Client;
  readonly id: number;
  /** When the claim was asked for, on the monotonic clock: before the server heard of it. */
  readonly sentAtMs: number;
  /** Of the database. */
  readonly name: string;
  readonly onLost: (error: FatalError) => void;
}

/** This process among those that share a database, from its start to its end. */
export class Registration {
  /** No other process ever had it. */
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

  /** As `Database` has it. */
  async ensureAlive(): Promise<void> {
    if (monotonicNow() >= this.#aliveUntilMs && !this.#isOver) await this.#renew();
    if (monotonicNow() >= this.#aliveUntilMs)
      throw new Error(`This process was taken for dead in ${this.#parts.name}.`);
  }

  /** Gives up all that this process has claimed. */
  async end(): Promise<void> {
    this.#cancelRenewal();
    if (this.#isOver) return;
    this.#isOver = true;
    const { client } = this.#parts;
    await this.#renewal?.catch(() => {});
    // When this fails, the end of the connection frees the lock.
    await client.query('delete from processes where id = $1', [this.id]).catch(() => {});
    await client.end();
  }

  /** Counted from when the last one was sent: so long before its answer others may count already. */
  #renewLater(sentAtMs: number): void {
    this.#cancelRenewal = later(sentAtMs + RENEWAL_MS - monotonicNow(), () => {
      const nextSentAtMs = monotonicNow();
      const goOn = () => this.#renewLater(nextSentAtMs);
      this.#renew().then(goOn, (error: Error) => {
        this.#loss ??= error;
        // Not only when the connection has ended: one that carries nothing any more may take long to.
        this.#loseConnection();
        this.#parts.client.end().catch(() => {});
      });
    });
  }

  /** One at a time, which is all that the connection takes. */
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
      this.#lose(`This process was not heard of for more than 15 s, and was taken for dead in ${this.#parts.name}`);
  }

  #loseConnection(): void {
    const why = (this.#loss?.message ?? 'it was closed').replace(/\s+/g, ' ');
    this.#lose(
      `The connection to the database ${this.#parts.name} that shows that this process lives was lost (${why})`,
    );
  }

  #lose(what: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const text = `${what}: stopping, what is stored goes on at the next start.`;
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
