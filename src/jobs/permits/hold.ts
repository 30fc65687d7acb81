import type { Log } from '../../log.ts';
import { MAX_PAUSE_MS } from '../../segmind/pause.ts';
import type { Database } from '../../storage/database.ts';
import { monotonicNow } from '../../time.ts';
import { stopReasonSchema } from '../failure.ts';
import { retryWhileBusy } from '../retry-while-busy.ts';
import { type CircuitState, TRIAL_INTERVAL_MS } from './circuit.ts';

/** Allows for rounding and database latency. */
const TOLERANCE_MS = 5_000;

/** What holds back the submits of all processes. Times are on the monotonic clock of this process. */
export interface SubmitHold {
  readonly circuit: CircuitState;
  /** When the open circuit allows one job as a trial. */
  readonly nextTrialMs: number;
  readonly pausedUntilMs: number;
}

const NO_HOLD: SubmitHold = { circuit: { open: false }, nextTrialMs: 0, pausedUntilMs: 0 };

interface HoldStoreOptions {
  readonly log: Log;
  /** Ends the retries of writes. */
  readonly signal: AbortSignal;
}

/** Stores what holds back submits, in one row, for the next start and for other processes. Retries while the database is busy. */
export class SubmitHoldStore {
  readonly #database: Database;
  readonly #options: HoldStoreOptions;
  #saved: Promise<void> = Promise.resolve();
  #saves = 0;

  constructor(database: Database, options: HoldStoreOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Resolves when every change is stored, or storing it failed. */
  get saved(): Promise<void> {
    return this.#saved;
  }

  /** @param db the transaction to read in; default: outside of transactions, after every change of this process is stored */
  async load(db?: Database['db']): Promise<SubmitHold> {
    if (db) return this.#read(db);
    for (;;) {
      const saves = this.#saves;
      await this.#saved;
      const hold = await this.#read(this.#database.db);
      // Otherwise a newer hold was saved meanwhile.
      if (saves === this.#saves) return hold;
    }
  }

  saveCircuit(circuit: CircuitState, nextTrialMs: number): Promise<void> {
    return this.#save(() => this.#saveCircuit(circuit, nextTrialMs));
  }

  /** Allows a trial now if the circuit is still open. */
  allowTrial(): Promise<void> {
    return this.#save(() => this.#allowTrial());
  }

  /** Holds back all submits for `ms`; the later of two pauses wins. */
  pause(ms: number): Promise<void> {
    return this.#save(() => this.#pause(ms));
  }

  /** Saves in the order of the calls. Only the caller gets a failure. */
  #save(store: () => Promise<void>): Promise<void> {
    const { log, signal } = this.#options;
    this.#saves += 1;
    const saved = this.#saved.then(() => retryWhileBusy(store, log, signal));
    this.#saved = saved.catch(() => {});
    return saved;
  }

  async #read(db: Database['db']): Promise<SubmitHold> {
    const row = await db
      .selectFrom('circuit')
      .select(['reason', 'since', 'next_trial_at', 'paused_until', this.#database.clock().as('clock')])
      .executeTakeFirst();
    if (!row) return NO_HOLD;
    // A time too far in the future is from before the clock was set back: it is over.
    const toMonotonic = (atMs: number | null, farthestMs: number) =>
      atMs === null || atMs > row.clock + farthestMs + TOLERANCE_MS ? 0 : atMs - row.clock + monotonicNow();
    const reason = stopReasonSchema.safeParse(row.reason);
    return {
      circuit: reason.success
        ? { open: true, reason: reason.data, sinceMs: Math.min(row.since, row.clock) - row.clock + monotonicNow() }
        : NO_HOLD.circuit,
      nextTrialMs: toMonotonic(row.next_trial_at, TRIAL_INTERVAL_MS),
      pausedUntilMs: toMonotonic(row.paused_until, MAX_PAUSE_MS),
    };
  }

  async #saveCircuit(circuit: CircuitState, nextTrialMs: number): Promise<void> {
    const { db } = this.#database;
    const row = circuit.open
      ? {
          reason: circuit.reason,
          since: this.#after(db, circuit.sinceMs - monotonicNow()),
          next_trial_at: this.#after(db, nextTrialMs - monotonicNow()),
        }
      : { reason: '', since: 0, next_trial_at: null };
    await db
      .insertInto('circuit')
      .values({ id: 1, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }

  async #allowTrial(): Promise<void> {
    await this.#database.db
      .updateTable('circuit')
      .set({ next_trial_at: this.#database.clock() })
      .where('reason', '!=', '')
      .execute();
  }

  async #pause(ms: number): Promise<void> {
    const { db } = this.#database;
    await db
      .insertInto('circuit')
      .values({ id: 1, reason: '', since: 0, paused_until: this.#after(db, ms) })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({
          paused_until: eb
            .case()
            .when(
              eb.and([
                eb('circuit.paused_until', '>', eb.ref('excluded.paused_until')),
                // A pause from before the clock was set back is over.
                eb('circuit.paused_until', '<=', this.#after(db, MAX_PAUSE_MS + TOLERANCE_MS)),
              ]),
            )
            .then(eb.ref('circuit.paused_until'))
            .else(eb.ref('excluded.paused_until'))
            .end(),
        })),
      )
      .execute();
  }

  /** The database's time `ms` from now. */
  #after(db: Database['db'], ms: number) {
    return db.selectNoFrom((eb) => eb(this.#database.clock(), '+', Math.round(ms)).as('at'));
  }
}
