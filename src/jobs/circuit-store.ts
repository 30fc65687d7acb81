import type { CircuitState } from '../segmind/circuit.ts';
import type { Database } from '../storage/database.ts';
import { stopReasonSchema } from './failure.ts';

/** Keeps the state of the circuit over a restart: at most one row, none while it is closed. */
export class CircuitStore {
  readonly #database: Database;
  #saved: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  async load(): Promise<CircuitState> {
    const row = await this.#database.db.selectFrom('circuit').selectAll().executeTakeFirst();
    const reason = stopReasonSchema.safeParse(row?.reason);
    return row && reason.success ? { open: true, reason: reason.data, sinceMs: row.since } : { open: false };
  }

  /** Of several calls at the same time the last one's state stays. */
  save(state: CircuitState): Promise<void> {
    const store = () => this.#store(state);
    this.#saved = this.#saved.then(store, store);
    return this.#saved;
  }

  async #store(state: CircuitState): Promise<void> {
    if (!state.open) {
      await this.#database.db.deleteFrom('circuit').execute();
      return;
    }
    const row = { reason: state.reason, since: state.sinceMs };
    await this.#database.db
      .insertInto('circuit')
      .values({ id: 1, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }
}
