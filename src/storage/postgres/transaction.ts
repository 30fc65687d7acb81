import type pg from 'pg';
import { wait } from '../../time.ts';
import { NotStored } from './failures.ts';
import type { Session, Sessions } from './sessions.ts';

/** Between two questions whether a transaction was stored. */
const QUESTION_PAUSE_MS = 200;

const END_TRANSACTION = 'select pg_terminate_backend(pid) from pg_stat_activity where backend_xid = $1::xid8::xid';

/**
 * A transaction of which it is known afterwards whether it was stored, also when the connection breaks at its end: the server is
 * asked by its number. A statement that may have been stored must not be repeated, nor be taken for one that was not.
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

  /** @throws Undone */
  static async begin(
    sessions: Sessions,
    isolation: 'read committed' | 'repeatable read',
  ): Promise<VerifiedTransaction> {
    const session = await sessions.borrow();
    try {
      const result = await session.run(`begin isolation level ${isolation}; select pg_current_xact_id() as id`);
      // Of several statements the driver returns a list of results, which its types don't know.
      const [, numbered] = result as unknown as pg.QueryResult<{ id: string }>[];
      return new VerifiedTransaction(sessions, session, numbered?.rows[0]?.id ?? '');
    } catch (error) {
      session.giveBack();
      throw error;
    }
  }

  /** @throws as Session.run, and Error when a failure before has ended the transaction */
  async run(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    this.#assertAlive();
    return this.#session.run(sql, parameters);
  }

  /**
   * Returns when all of it is stored.
   * @param signal ends the waiting for a server that can't say whether it was; then nobody knows
   * @throws Undone when nothing was
   */
  async commit(signal: AbortSignal): Promise<void> {
    this.#assertAlive();
    try {
      await this.#session.run('commit');
    } catch (error) {
      if (!(error instanceof NotStored) || error.isConflict || !(await this.#wasStored(signal))) throw error;
    }
  }

  /** Also when the connection is lost: the server may not have noticed, and would go on holding what others wait for. */
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
    if (!this.#session.isInTransaction)
      throw new Error('The transaction was rolled back by the failure of a statement before.');
  }

  async #wasStored(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const status = await this.#askServer();
      if (status !== undefined && status !== 'in progress') return status === 'committed';
      await wait(QUESTION_PAUSE_MS, signal);
    }
  }

  /** What the server says of the transaction, which it ends when it is still under way; undefined when it is out of reach. */
  async #askServer(): Promise<unknown> {
    // The lost one leaves its place to another.
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
