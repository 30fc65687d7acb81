import type { CircuitState } from '../segmind/circuit.ts';
import type { Database } from '../storage/database.ts';
import { stopReasonSchema } from './failure.ts';

/** Keeps the state of the circuit over a restart: at most one row, none while it is closed. */
export class CircuitStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async load(): Promise<CircuitState> {
    const row = await this.#database.db.selectFrom('circuit').selectAll().executeTakeFirst();
    const reason = stopReasonSchema.safeParse(row?.reason);
    return row && reason.success ? { open: true, reason: reason.data, sinceMs: row.since } : { open: false };
  }

  async save(state: CircuitState): Promise<void> {
    await this.#database.write(async (db) => {
      await db.deleteFrom('circuit').execute();
      if (state.open)
        await db.insertInto('circuit').values({ id: 1, reason: state.reason, since: state.sinceMs }).execute();
    });
  }
}
