import { type CircuitState, TRIAL_INTERVAL_MS } from '../segmind/circuit.ts';
import { MAX_PAUSE_MS } from '../segmind/pause.ts';
import type { Database } from '../storage/database.ts';
import { now } from '../time.ts';
import { stopReasonSchema } from './failure.ts';

/** Rounding, and the way to the database. */
const TOLERANCE_MS = 5_000;

/** What holds all submits, in every process. Times are epoch milliseconds of this process. */
export interface Stops {
  readonly circuit: CircuitState;
  /** When one job may be tried although the circuit is open. */
  readonly nextTrialMs: number;
  readonly pausedUntilMs: number;
}

type Insist = (store: () => Promise<void>) => Promise<void>;
const tryOnce: Insist = (store) => store();

const NO_STOPS: Stops = { circuit: { open: false }, nextTrialMs: 0, pausedUntilMs: 0 };

/** Keeps what holds submits, over a restart and for other processes: one row. */
export class StopStore {
  readonly #database: Database;
  #saved: Promise<void> = Promise.resolve();
  #saves = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Settles when all that was to be noted is, or could not be. */
  get saved(): Promise<void> {
    return this.#saved;
  }

  /** @param db a transaction that has to see it; default: what was saved here is waited for, and the row read by itself */
  async load(db?: Database['db']): Promise<Stops> {
    if (db) return this.#read(db);
    for (;;) {
      const saves = this.#saves;
      await this.#saved;
      const stops = await this.#read(this.#database.db);
      // What is noted since then is newer.
      if (saves === this.#saves) return stops;
    }
  }

  /** Notes the state of the circuit. @param insist repeats what it is given until that is stored; default: it is tried once */
  saveCircuit(circuit: CircuitState, nextTrialMs: number, insist: Insist = tryOnce): Promise<void> {
    return this.#note(() => insist(() => this.#saveCircuit(circuit, nextTrialMs)));
  }

  /** Lets one job be tried now, if the circuit is open still. @param insist as of `saveCircuit` */
  allowTrial(insist: Insist = tryOnce): Promise<void> {
    return this.#note(() => insist(() => this.#allowTrial()));
  }

  /** Holds all submits for so long, in milliseconds; the later of two pauses wins. @param insist as of `saveCircuit` */
  pause(ms: number, insist: Insist = tryOnce): Promise<void> {
    return this.#note(() => insist(() => this.#pause(ms)));
  }

  /** In the order of the calls. */
  #note(store: () => Promise<void>): Promise<void> {
    this.#saves += 1;
    const saved = this.#saved.then(store);
    // What failed here is told to the caller alone.
    this.#saved = saved.catch(() => {});
    return saved;
  }

  async #read(db: Database['db']): Promise<Stops> {
    const row = await db
      .selectFrom('circuit')
      .select(['reason', 'since', 'next_trial_at', 'paused_until', this.#database.clock().as('clock')])
      .executeTakeFirst();
    if (!row) return NO_STOPS;
    /** After the clock was set back, what would be too far away is over. */
    const here = (atMs: number | null, farthestMs: number) =>
      atMs === null || atMs > row.clock + farthestMs + TOLERANCE_MS ? 0 : atMs - row.clock + now();
    const reason = stopReasonSchema.safeParse(row.reason);
    return {
      circuit: reason.success
        ? { open: true, reason: reason.data, sinceMs: Math.min(row.since, row.clock) - row.clock + now() }
        : NO_STOPS.circuit,
      nextTrialMs: here(row.next_trial_at, TRIAL_INTERVAL_MS),
      pausedUntilMs: here(row.paused_until, MAX_PAUSE_MS),
    };
  }

  async #saveCircuit(circuit: CircuitState, nextTrialMs: number): Promise<void> {
    const { db } = this.#database;
    const row = circuit.open
      ? {
          reason: circuit.reason,
          since: this.#after(db, circuit.sinceMs - now()),
          next_trial_at: this.#after(db, nextTrialMs - now()),
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
                // One from before the clock was set back is over.
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

  /** The database's time in so many milliseconds. */
  #after(db: Database['db'], ms: number) {
    return db.selectNoFrom((eb) => eb(this.#database.clock(), '+', Math.round(ms)).as('at'));
  }
}
