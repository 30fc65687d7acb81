import pg from 'pg';
import type { Log } from '../../log.ts';
import { later } from '../../time.ts';
import { toStorableValues } from '../values.ts';
import { NotStored, translate } from './failures.ts';

/** A connection without an answer for this long counts as lost: the server's own limit for locks is ten seconds. */
const SILENCE_LIMIT_MS = 15_000;
/** Idle connections are closed after this, except one. */
const IDLE_LIMIT_MS = 30_000;

const { BOOL, INT8, NUMERIC } = pg.types.builtins;
const zeroOrOne = (text: string) => (text === 't' ? 1 : 0);

/** Values as SQLite returns them: bigint as numbers, which the driver would return as text, and booleans as 0 or 1. */
export const types: pg.CustomTypesConfig = {
  getTypeParser(type, format) {
    if (type === INT8 || type === NUMERIC) return Number;
    return type === BOOL ? zeroOrOne : pg.types.getTypeParser(type, format);
  },
};

/** A pool of connections to a server. */
export class Sessions {
  readonly #pool: pg.Pool;

  /** @param most connections at once */
  constructor(settings: pg.ClientConfig, most: number, log?: Log) {
    this.#pool = new pg.Pool({ ...settings, types, max: most, min: 1, idleTimeoutMillis: IDLE_LIMIT_MS });
    // Only logged: the next statement gets another connection.
    this.#pool.on('error', (error) => log?.warn({ err: error }, 'idle database connection lost'));
  }

  /** A connection, to be given back. @throws NotStored when none can be made */
  async borrow(): Promise<Session> {
    try {
      return new Session(await this.#pool.connect());
    } catch (error) {
      throw translate(error);
    }
  }

  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.borrow();
    try {
      return await work(session);
    } finally {
      session.giveBack();
    }
  }

  /** To be called when all connections were given back. */
  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** A connection that one caller uses at a time. */
export class Session {
  readonly #client: pg.PoolClient;
  #loss: Error | undefined;
  #isBack = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
    this.#client.on('error', this.#onLoss);
  }

  get isInTransaction(): boolean {
    return this.#client.getTransactionStatus() === 'T';
  }

  /** @throws NotStored, DatabaseBusy, DatabaseFull; TypeError for a parameter that is no text, safe number or null */
  async run(sql: string, parameters: readonly unknown[] = []): Promise<pg.QueryResult> {
    const values = toStorableValues(parameters);
    // Fails the statement as if the server had ended the connection.
    const cancel = later(SILENCE_LIMIT_MS, () => {
      this.#loss = new Error(`The server did not answer for ${SILENCE_LIMIT_MS / 1_000} s.`);
      this.#client.end().catch(() => {});
    });
    try {
      return await this.#client.query(sql, values);
    } catch (error) {
      const failure = translate(this.#loss ?? error);
      // Also if the server has become a standby: the next connection may lead to another server.
      if (failure instanceof NotStored && !failure.isConflict) this.#loss ??= failure;
      throw failure;
    } finally {
      cancel();
    }
  }

  /** Closes the connection if it was lost or is in a transaction. A second call does nothing. */
  giveBack(): void {
    if (this.#isBack) return;
    this.#isBack = true;
    this.#client.off('error', this.#onLoss);
    this.#client.release(this.#loss ?? this.#client.getTransactionStatus() !== 'I');
  }

  readonly #onLoss = (error: Error) => {
    this.#loss ??= error;
  };
}
