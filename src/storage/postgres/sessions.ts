import pg from 'pg';
import type { Log } from '../../log.ts';
import { later } from '../../time.ts';
import { toStorableValues } from '../values.ts';
import { NotStored, translate } from './failures.ts';

/** A server that says nothing for so long is lost: its own limit for locks is ten seconds. */
const SILENCE_LIMIT_MS = 15_000;
/** Connections on which nothing happens are closed after this, all but one. */
const IDLE_LIMIT_MS = 30_000;

const { BOOL, INT8, NUMERIC } = pg.types.builtins;
const yesOrNo = (text: string) => (text === 't' ? 1 : 0);

/** Values as SQLite gives them: whole numbers up to 2^53 as numbers, which the driver would hand over as text, and 0 or 1. */
export const types: pg.CustomTypesConfig = {
  getTypeParser(type, format) {
    if (type === INT8 || type === NUMERIC) return Number;
    return type === BOOL ? yesOrNo : pg.types.getTypeParser(type, format);
  },
};

/** The connections to a server that statements share. */
export class Sessions {
  readonly #pool: pg.Pool;

  /** @param most so many connections at once */
  constructor(settings: pg.ClientConfig, most: number, log?: Log) {
    this.#pool = new pg.Pool({ ...settings, types, max: most, min: 1, idleTimeoutMillis: IDLE_LIMIT_MS });
    // The next statement gets another one.
    this.#pool.on('error', (error) => log?.warn({ err: error }, 'an idle connection to the database was lost'));
  }

  /** A connection, to be given back. @throws Undone when there is none */
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

  /** To be called when everything was given back. */
  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** A connection that one caller has for itself. */
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

  /** @throws Undone, DatabaseBusy, DatabaseFull; TypeError for a parameter that is no text, safe number or null */
  async run(sql: string, parameters: readonly unknown[] = []): Promise<pg.QueryResult> {
    const values = toStorableValues(parameters);
    // Ends the statement as well, which fails as it does when the server ends the connection.
    const cancel = later(SILENCE_LIMIT_MS, () => {
      this.#loss = new Error(`The server said nothing for ${SILENCE_LIMIT_MS / 1_000} s.`);
      this.#client.end().catch(() => {});
    });
    try {
      return await this.#client.query(sql, values);
    } catch (error) {
      const failure = translate(this.#loss ?? error);
      // Also a server that answers, but has become a standby: the next connection may lead to another one.
      if (failure instanceof NotStored && !failure.isConflict) this.#loss ??= failure;
      throw failure;
    } finally {
      cancel();
    }
  }

  /** A connection that was lost, or is in the middle of something, is closed; a second call does nothing. */
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
