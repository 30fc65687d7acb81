import type { KyselyPlugin } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StopStore } from '../../src/jobs/stops.ts';
import type { CircuitState } from '../../src/segmind/circuit.ts';
import type { Database } from '../../src/storage/database.ts';
import { sql } from '../../src/storage/kysely.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 10, 22);
const CLOSED: CircuitState = { open: false };
const NOTHING = { circuit: CLOSED, nextTrialMs: 0, pausedUntilMs: 0 };

let url: string;
let opened: Database;
/** By how much the database's clock is ahead of that of the process. */
let skewMs: number;

const databaseWith = (change: Partial<Database> = {}): Database => ({
  ...opened,
  clock: () => sql<number>`cast(${Date.now() + skewMs} as bigint)`,
  ...change,
});
const opening = (reason: 'credits' | 'forbidden', sinceMs = Date.now()): CircuitState => ({
  open: true,
  reason,
  sinceMs,
});
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS });
  skewMs = 0;
  url = await newUrl();
  opened = await openForTest(url);
});

afterEach(() => {
  vi.useRealTimers();
});

/** What a process that starts now reads. */
const loadAfresh = () => new StopStore(databaseWith()).load();

describe('what holds submits', () => {
  it('is nothing at first', async () => {
    expect(await loadAfresh()).toEqual(NOTHING);
  });

  it('is kept over a restart: an open circuit with its next trial, a closed one as nothing', async () => {
    const stops = new StopStore(databaseWith());
    const nextTrialMs = Date.now() + 15 * MINUTE_MS;
    await stops.saveCircuit(opening('forbidden'), nextTrialMs);
    const open = { circuit: opening('forbidden'), nextTrialMs, pausedUntilMs: 0 };
    expect(await stops.load()).toEqual(open);
    await opened.close();
    opened = await openForTest(url);
    pass(MINUTE_MS);
    expect(await loadAfresh()).toEqual(open);
    await new StopStore(databaseWith()).saveCircuit(CLOSED, 0);
    expect(await loadAfresh()).toEqual(NOTHING);
  });

  it('is what was noted last, of several states in haste', async () => {
    const stops = new StopStore(databaseWith());
    const states = [opening('credits'), CLOSED, opening('credits', 1), CLOSED, opening('forbidden', 2)];
    const saves = states.map((state, index) => stops.saveCircuit(state, Date.now() + index));
    expect(await stops.load()).toEqual({ ...NOTHING, circuit: states[4], nextTrialMs: Date.now() + 4 });
    await Promise.all(saves);
    expect(await loadAfresh()).toEqual({ ...NOTHING, circuit: states[4], nextTrialMs: Date.now() + 4 });
  });

  it('is noted although what was to be noted before could not be, which is told', async () => {
    const broken = new Error('no disk');
    let isBroken = true;
    const clock = () => {
      if (isBroken) throw broken;
      return databaseWith().clock();
    };
    const stops = new StopStore(databaseWith({ clock }));
    const first = stops.saveCircuit(opening('credits'), 0);
    const second = stops.saveCircuit(CLOSED, 0);
    await expect(first).rejects.toBe(broken);
    await second;
    isBroken = false;
    await stops.saveCircuit(opening('forbidden'), Date.now());
    expect(await loadAfresh()).toMatchObject({ circuit: opening('forbidden') });
  });

  it.each([
    [10_000, 20_000],
    [20_000, 10_000],
  ])('is the later of two pauses, of %i and %i ms', async (firstMs, secondMs) => {
    const stops = new StopStore(databaseWith());
    await stops.pause(firstMs);
    await stops.pause(secondMs);
    expect(await loadAfresh()).toEqual({ ...NOTHING, pausedUntilMs: Date.now() + 20_000 });
    pass(30_000);
    await stops.pause(5_000.4);
    expect(await loadAfresh()).toEqual({ ...NOTHING, pausedUntilMs: Date.now() + 5_000 });
  });

  it('is a pause and an open circuit, whichever came first, and each ends without the other', async () => {
    const stops = new StopStore(databaseWith());
    const nextTrialMs = Date.now() + MINUTE_MS;
    const pausedUntilMs = Date.now() + 30_000;
    await stops.pause(30_000);
    await stops.saveCircuit(opening('credits'), nextTrialMs);
    expect(await loadAfresh()).toEqual({ circuit: opening('credits'), nextTrialMs, pausedUntilMs });
    await stops.saveCircuit(CLOSED, 0);
    expect(await loadAfresh()).toEqual({ ...NOTHING, pausedUntilMs });
    await stops.saveCircuit(opening('credits'), nextTrialMs);
    await stops.pause(40_000);
    expect(await loadAfresh()).toEqual({
      circuit: opening('credits'),
      nextTrialMs,
      pausedUntilMs: Date.now() + 40_000,
    });
  });

  it('ends when its clock was set back by an hour, and an open circuit is as old as the moment then', async () => {
    const stops = new StopStore(databaseWith());
    await stops.pause(30_000);
    await stops.saveCircuit(opening('forbidden'), Date.now() + 15 * MINUTE_MS);
    pass(-HOUR_MS);
    expect(await loadAfresh()).toEqual({ circuit: opening('forbidden'), nextTrialMs: 0, pausedUntilMs: 0 });
  });

  it('is closed for a reason that only another release knows', async () => {
    await new StopStore(databaseWith()).saveCircuit(opening('credits'), 0);
    await opened.db.updateTable('circuit').set({ reason: 'weather' }).execute();
    expect((await loadAfresh()).circuit).toEqual(CLOSED);
  });
});

describe.each([-HOUR_MS, HOUR_MS])('with a clock of the database that is %i ms ahead', (aheadMs) => {
  beforeEach(() => {
    skewMs = aheadMs;
  });

  it("tells times in this process's clock", async () => {
    const stops = new StopStore(databaseWith());
    const state = opening('forbidden');
    await stops.saveCircuit(state, Date.now() + MINUTE_MS);
    await stops.pause(30_000);
    const expected = { circuit: state, nextTrialMs: Date.now() + MINUTE_MS, pausedUntilMs: Date.now() + 30_000 };
    pass(10_000);
    expect(await loadAfresh()).toEqual(expected);
  });

  it('tells each process in its own clock what another one has noted by its', async () => {
    const stops = new StopStore(databaseWith());
    await stops.saveCircuit(opening('forbidden', Date.now() - 5_000), Date.now() + MINUTE_MS);
    await stops.pause(30_000);
    // The other process's clock goes like the database's.
    pass(skewMs);
    skewMs = 0;
    expect(await loadAfresh()).toEqual({
      circuit: opening('forbidden', Date.now() - 5_000),
      nextTrialMs: Date.now() + MINUTE_MS,
      pausedUntilMs: Date.now() + 30_000,
    });
  });
});

describe('reading what holds submits', () => {
  /** A store in which `work` begins when a row was read and not given back yet. */
  function interrupted(work: (stops: StopStore) => Promise<void>) {
    const done: Promise<void>[] = [];
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (done.length === 0 && isReading) done.push(work(stops));
        return result;
      },
    };
    let isReading = false;
    const stops = new StopStore(databaseWith({ db: opened.db.withPlugin(plugin) }));
    return {
      stops,
      async load() {
        isReading = true;
        const loaded = await stops.load();
        expect(done).toHaveLength(1);
        await Promise.all(done);
        return loaded;
      },
    };
  }

  it('never gives back what is older than a state that was noted meanwhile', async () => {
    const { stops, load } = interrupted((each) => each.saveCircuit(CLOSED, 0));
    await stops.saveCircuit(opening('credits'), Date.now() + MINUTE_MS);
    expect(await load()).toEqual(NOTHING);
  });

  it('never gives back what is older than a pause that began meanwhile', async () => {
    const { load } = interrupted((each) => each.pause(30_000));
    expect(await load()).toEqual({ ...NOTHING, pausedUntilMs: Date.now() + 30_000 });
  });

  it('sees what is stored within the transaction that asks, without waiting for what is still to be noted', async () => {
    const stops = new StopStore(databaseWith());
    await stops.saveCircuit(opening('credits'), Date.now() + MINUTE_MS);
    let later: Promise<void> | undefined;
    const seen = await opened.inTurn((db) => {
      later = stops.saveCircuit(CLOSED, 0);
      return stops.load(db);
    });
    await later;
    expect(seen).toMatchObject({ circuit: opening('credits') });
    expect(await stops.load()).toEqual(NOTHING);
  });

  it('is not read between two states that are noted one after the other', async () => {
    const stops = new StopStore(databaseWith());
    let goOn = () => {};
    const first = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const saved = stops.saveCircuit(opening('forbidden'), Date.now(), (store) => first.then(store));
    const loaded = stops.load();
    const closed = stops.saveCircuit(CLOSED, 0);
    goOn();
    expect((await loaded).circuit).toEqual(CLOSED);
    await Promise.all([saved, closed]);
  });

  it('is a new pause also when an older one is farther away only because the clock was set back', async () => {
    const stops = new StopStore(databaseWith());
    await stops.pause(MINUTE_MS);
    pass(-HOUR_MS);
    expect((await stops.load()).pausedUntilMs).toBe(0);
    await stops.pause(MINUTE_MS);
    expect((await stops.load()).pausedUntilMs).toBe(Date.now() + MINUTE_MS);
  });

  it('allows a trial at once, and opens nothing by that', async () => {
    const stops = new StopStore(databaseWith());
    await stops.allowTrial();
    expect(await stops.load()).toEqual(NOTHING);
    await stops.saveCircuit(opening('forbidden'), Date.now() + MINUTE_MS);
    await stops.allowTrial();
    expect((await stops.load()).nextTrialMs).toBe(Date.now());
    await stops.saveCircuit(CLOSED, 0);
    await stops.allowTrial();
    expect(await stops.load()).toEqual(NOTHING);
  });
});
