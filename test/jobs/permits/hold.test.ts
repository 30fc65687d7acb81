import type { KyselyPlugin } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CircuitState } from '../../../src/jobs/permits/circuit.ts';
import { SubmitHoldStore } from '../../../src/jobs/permits/hold.ts';
import type { Database } from '../../../src/storage/database.ts';
import { DatabaseBusy } from '../../../src/storage/errors.ts';
import { sql } from '../../../src/storage/kysely.ts';
import { monotonicNow } from '../../../src/time.ts';
import { SILENT } from '../../support/job-fixtures.ts';
import { newUrl, openForTest } from '../../support/storage/fixtures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 10, 22);
const CLOSED: CircuitState = { open: false };
const NOTHING = { circuit: CLOSED, nextTrialMs: 0, pausedUntilMs: 0 };

let url: string;
let opened: Database;
/** How much the database's clock is ahead of the process's. */
let skewMs: number;

const databaseWith = (change: Partial<Database> = {}): Database => ({
  ...opened,
  clock: () => sql<number>`cast(${Date.now() + skewMs} as bigint)`,
  ...change,
});
const holdsOf = (database = databaseWith(), signal = new AbortController().signal) =>
  new SubmitHoldStore(database, { log: SILENT, signal });
const opening = (reason: 'credits' | 'forbidden', sinceMs = monotonicNow()): CircuitState => ({
  open: true,
  reason,
  sinceMs,
});
/** Advances every clock. */
const pass = (ms: number) => vi.advanceTimersByTime(ms);
/** Sets the wall clock, and the database's with it. */
const step = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: START_MS });
  skewMs = 0;
  url = await newUrl();
  opened = await openForTest(url);
});

afterEach(() => {
  vi.useRealTimers();
});

/** What a process that starts now loads. */
const loadAfresh = () => holdsOf().load();

describe('the stored hold', () => {
  it('is empty at first', async () => {
    expect(await loadAfresh()).toEqual(NOTHING);
  });

  it('survives a restart: an open circuit with its next trial, a closed one as no hold', async () => {
    const holds = holdsOf();
    const nextTrialMs = monotonicNow() + 15 * MINUTE_MS;
    await holds.saveCircuit(opening('forbidden'), nextTrialMs);
    const open = { circuit: opening('forbidden'), nextTrialMs, pausedUntilMs: 0 };
    expect(await holds.load()).toEqual(open);
    await opened.close();
    opened = await openForTest(url);
    pass(MINUTE_MS);
    expect(await loadAfresh()).toEqual(open);
    await holdsOf().saveCircuit(CLOSED, 0);
    expect(await loadAfresh()).toEqual(NOTHING);
  });

  it('is the last of several states that were saved in quick succession', async () => {
    pass(10);
    const holds = holdsOf();
    const states = [opening('credits'), CLOSED, opening('credits', 1), CLOSED, opening('forbidden', 2)];
    const saves = states.map((state, index) => holds.saveCircuit(state, monotonicNow() + index));
    expect(await holds.load()).toEqual({ ...NOTHING, circuit: states[4], nextTrialMs: monotonicNow() + 4 });
    await Promise.all(saves);
    expect(await loadAfresh()).toEqual({ ...NOTHING, circuit: states[4], nextTrialMs: monotonicNow() + 4 });
  });

  it('is saved even if an earlier save failed, which only its caller sees', async () => {
    const broken = new Error('no disk');
    let isBroken = true;
    const clock = () => {
      if (isBroken) throw broken;
      return databaseWith().clock();
    };
    const holds = holdsOf(databaseWith({ clock }));
    const first = holds.saveCircuit(opening('credits'), 0);
    const second = holds.saveCircuit(CLOSED, 0);
    await expect(first).rejects.toBe(broken);
    await second;
    isBroken = false;
    await holds.saveCircuit(opening('forbidden'), monotonicNow());
    expect(await loadAfresh()).toMatchObject({ circuit: opening('forbidden') });
  });

  it('is stored once a busy database is free, unless the process stops before that', async () => {
    let busy = 1;
    const clock = () => {
      busy -= 1;
      if (busy >= 0) throw new DatabaseBusy();
      return databaseWith().clock();
    };
    await holdsOf(databaseWith({ clock })).pause(30_000);
    expect((await loadAfresh()).pausedUntilMs).toBe(monotonicNow() + 30_000);
    busy = 1;
    const stopping = new AbortController();
    const pausing = holdsOf(databaseWith({ clock }), stopping.signal).pause(60_000);
    stopping.abort(new Error('stopping'));
    await expect(pausing).rejects.toThrow('stopping');
    expect((await loadAfresh()).pausedUntilMs).toBe(monotonicNow() + 30_000);
  });

  it.each([
    [10_000, 20_000],
    [20_000, 10_000],
  ])('is the later of two pauses, of %i and %i ms', async (firstMs, secondMs) => {
    const holds = holdsOf();
    await holds.pause(firstMs);
    await holds.pause(secondMs);
    expect(await loadAfresh()).toEqual({ ...NOTHING, pausedUntilMs: monotonicNow() + 20_000 });
    pass(30_000);
    await holds.pause(5_000.4);
    expect(await loadAfresh()).toEqual({ ...NOTHING, pausedUntilMs: monotonicNow() + 5_000 });
  });

  it('can be both a pause and an open circuit, in either order, and each ends independently', async () => {
    const holds = holdsOf();
    const nextTrialMs = monotonicNow() + MINUTE_MS;
    const pausedUntilMs = monotonicNow() + 30_000;
    await holds.pause(30_000);
    await holds.saveCircuit(opening('credits'), nextTrialMs);
    expect(await loadAfresh()).toEqual({ circuit: opening('credits'), nextTrialMs, pausedUntilMs });
    await holds.saveCircuit(CLOSED, 0);
    expect(await loadAfresh()).toEqual({ ...NOTHING, pausedUntilMs });
    await holds.saveCircuit(opening('credits'), nextTrialMs);
    await holds.pause(40_000);
    expect(await loadAfresh()).toEqual({
      circuit: opening('credits'),
      nextTrialMs,
      pausedUntilMs: monotonicNow() + 40_000,
    });
  });

  it('ends when the clock is set back by an hour, and an open circuit then counts from now', async () => {
    const holds = holdsOf();
    await holds.pause(30_000);
    await holds.saveCircuit(opening('forbidden'), monotonicNow() + 15 * MINUTE_MS);
    step(-HOUR_MS);
    expect(await loadAfresh()).toEqual({ circuit: opening('forbidden'), nextTrialMs: 0, pausedUntilMs: 0 });
  });

  it('is no open circuit if only another release knows the reason', async () => {
    await holdsOf().saveCircuit(opening('credits'), 0);
    await opened.db.updateTable('circuit').set({ reason: 'weather' }).execute();
    expect((await loadAfresh()).circuit).toEqual(CLOSED);
  });
});

describe.each([-HOUR_MS, HOUR_MS])('with a clock of the database that is %i ms ahead', (aheadMs) => {
  beforeEach(() => {
    skewMs = aheadMs;
  });

  it("has times in this process's clock", async () => {
    const holds = holdsOf();
    const state = opening('forbidden');
    await holds.saveCircuit(state, monotonicNow() + MINUTE_MS);
    await holds.pause(30_000);
    const expected = {
      circuit: state,
      nextTrialMs: monotonicNow() + MINUTE_MS,
      pausedUntilMs: monotonicNow() + 30_000,
    };
    pass(10_000);
    expect(await loadAfresh()).toEqual(expected);
  });

  it('has, in each process’s own clock, the times that another process saved', async () => {
    const holds = holdsOf();
    await holds.saveCircuit(opening('forbidden', monotonicNow() - 5_000), monotonicNow() + MINUTE_MS);
    await holds.pause(30_000);
    // The other process's clock goes like the database's.
    step(skewMs);
    skewMs = 0;
    expect(await loadAfresh()).toEqual({
      circuit: opening('forbidden', monotonicNow() - 5_000),
      nextTrialMs: monotonicNow() + MINUTE_MS,
      pausedUntilMs: monotonicNow() + 30_000,
    });
  });
});

describe('loading the hold', () => {
  /** A store in which `work` begins after a row was read and before it is returned. */
  function interrupted(work: (holds: SubmitHoldStore) => Promise<void>) {
    const done: Promise<void>[] = [];
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (done.length === 0 && isReading) done.push(work(holds));
        return result;
      },
    };
    let isReading = false;
    const holds = holdsOf(databaseWith({ db: opened.db.withPlugin(plugin) }));
    return {
      holds,
      async load() {
        isReading = true;
        const loaded = await holds.load();
        expect(done).toHaveLength(1);
        await Promise.all(done);
        return loaded;
      },
    };
  }

  it('never returns a state older than one that was saved meanwhile', async () => {
    const { holds, load } = interrupted((each) => each.saveCircuit(CLOSED, 0));
    await holds.saveCircuit(opening('credits'), monotonicNow() + MINUTE_MS);
    expect(await load()).toEqual(NOTHING);
  });

  it('never returns a hold older than a pause that began meanwhile', async () => {
    const { load } = interrupted((each) => each.pause(30_000));
    expect(await load()).toEqual({ ...NOTHING, pausedUntilMs: monotonicNow() + 30_000 });
  });

  it('sees what is stored in the given transaction, without waiting for pending saves', async () => {
    const holds = holdsOf();
    await holds.saveCircuit(opening('credits'), monotonicNow() + MINUTE_MS);
    let later: Promise<void> | undefined;
    const seen = await opened.writeExclusively('submit', (db) => {
      later = holds.saveCircuit(CLOSED, 0);
      return holds.load(db);
    });
    await later;
    expect(seen).toMatchObject({ circuit: opening('credits') });
    expect(await holds.load()).toEqual(NOTHING);
  });

  it('never returns a state between two that are saved in succession', async () => {
    let goOn = () => {};
    const first = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        await first;
        return result;
      },
    };
    const holds = holdsOf(databaseWith({ db: opened.db.withPlugin(plugin) }));
    const saved = holds.saveCircuit(opening('forbidden'), monotonicNow());
    const loaded = holds.load();
    const closed = holds.saveCircuit(CLOSED, 0);
    goOn();
    expect((await loaded).circuit).toEqual(CLOSED);
    await Promise.all([saved, closed]);
  });

  it('has the new pause even if an older one ends later only because the clock was set back', async () => {
    const holds = holdsOf();
    await holds.pause(MINUTE_MS);
    step(-HOUR_MS);
    expect((await holds.load()).pausedUntilMs).toBe(0);
    await holds.pause(MINUTE_MS);
    expect((await holds.load()).pausedUntilMs).toBe(monotonicNow() + MINUTE_MS);
  });

  it('allows a trial at once, without opening a circuit', async () => {
    const holds = holdsOf();
    await holds.allowTrial();
    expect(await holds.load()).toEqual(NOTHING);
    await holds.saveCircuit(opening('forbidden'), monotonicNow() + MINUTE_MS);
    await holds.allowTrial();
    expect((await holds.load()).nextTrialMs).toBe(monotonicNow());
    await holds.saveCircuit(CLOSED, 0);
    await holds.allowTrial();
    expect(await holds.load()).toEqual(NOTHING);
  });
});
