import type pg from 'pg';
import { wait } from '../../time.ts';
import { NotStored } from './failures.ts';
import type { Session, Sessions } from './sessions.ts';

/** Between two checks whether a transaction was stored. */
const QUESTION_PAUSE_MS = 200;

const END_TRANSACTION = 'select pg_terminate_backend(pid) from pg_stat_activity where backend_xid = $1::xid8::xid';

/**
 * A transaction that finds out whether it was stored even if the connection breaks at its end: it asks the server by the transaction's
 * id. Otherwise it would be unknown whether its statements may be repeated.
 */
export class VerifiedTransaction {
  readonly #sessions: Sessions;
  readonly #session: Session;
  readonly #id: string;

  private constructor(sessions: Sessions, session: Session, id: string) {
    this.#sessions = sessions;
    this.#session = session;
    this.#id = id;
  }

  /** @throws NotStored */
  static async begin(
    sessions: Sessions,
    isolation: 'read committed' | 'repeatable read',
  ): Promise<VerifiedTransaction> {
    const session = await sessions.borrow();
    try {
      const result = await session.run(`begin isolation level ${isolation}; select pg_current_xact_id() as id`);
      // Safe cast: for several statements, the driver returns a list of results, which its types lack.
      const [, numbered] = result as unknown as pg.QueryResult<{ id: string }>[];
      return new VerifiedTransaction(sessions, session, numbered?.rows[0]?.id ?? '');
    } catch (error) {
      session.giveBack();
      throw error;
    }
  }

  /** @throws as Session.run, and Error when an earlier failure has ended the transaction */
  async run(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    this.#assertAlive();
    return this.#session.run(sql, parameters);
  }

  /**
   * Resolves when everything is stored.
   * @param signal ends waiting for an unreachable server; then it stays unknown whether it was stored
   * @throws NotStored when nothing was stored
   */
  async commit(signal: AbortSignal): Promise<void> {
    this.#assertAlive();
    try {
      await this.#session.run('commit');
    } catch (error) {
      if (!(error instanceof NotStored) || error.isConflict || !(await this.#wasStored(signal))) throw error;
    }
  }

  /** Also ends the transaction when the connection is lost: the server may not have noticed, and would keep its locks. */
  async rollback(): Promise<void> {
    try {
      await this.#session.run('rollback');
    } catch (error) {
      if (!(error instanceof NotStored)) throw error;
      await this.#askServer();
    }
  }

  /** To be called last. */
  giveBack(): void {
    this.#session.giveBack();
  }

  #assertAlive(): void {
    if (!this.#session.isInTransaction) throw new Error('The transaction was rolled back after a failed statement.');
  }

  async #wasStored(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const status = await this.#askServer();
      if (status !== undefined && status !== 'in progress') return status === 'committed';
      await wait(QUESTION_PAUSE_MS, signal);
    }
  }

  /** The transaction's status at the server, which ends it if it is in progress; undefined when the server is unreachable. */
  async #askServer(): Promise<unknown> {
    // Makes room in the pool for another connection.
    this.#session.giveBack();
    try {
      return await this.#sessions.use(async (session) => {
        const { rows } = await session.run('select pg_xact_status($1::xid8) as status', [this.#id]);
        const status: unknown = rows[0]?.status;
        if (status === 'in progress') await session.run(END_TRANSACTION, [this.#id]);
        return status;
      });
    } catch (error) {
      if (error instanceof NotStored) return undefined;
      throw error;
    }
  }
}
