import fc from 'fast-check';
import type { KyselyPlugin } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Pass, SubmitGate } from '../../src/jobs/gate.ts';
import { StopStore } from '../../src/jobs/stops.ts';
import { JobStore } from '../../src/jobs/store.ts';
import type { Database } from '../../src/storage/database.ts';
import { sql } from '../../src/storage/kysely.ts';
import { makeJob } from '../support/job-fixtures.ts';
import { newUrl, ON_POSTGRES, openForTest } from '../support/storage/fixtures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WINDOW_MS = 60_250;
/** Long past, so that no process of the server's time has been silent for too long. */
const START_MS = Date.UTC(2020, 0, 1);
const N = 3;

/** By how much the database's clock is ahead of that of the processes. */
let skewMs: number;
let jobCount: number;
/** Two where a database can be shared, else twice the only one. */
let one: ReturnType<typeof processOver>;
let other: ReturnType<typeof processOver>;

function processOver(opened: Database) {
  const database: Database = { ...opened, clock: () => sql<number>`cast(${Date.now() + skewMs} as bigint)` };
  const stops = new StopStore(database);
  const store = new JobStore(database);
  return { database, stops, store, gate: new SubmitGate(database, stops) };
}
type Process = typeof one;
type Limits = Partial<Parameters<SubmitGate['begin']>[1]>;

async function newJob({ store }: Process): Promise<string> {
  jobCount += 1;
  const id = String(jobCount).padStart(13, '0');
  await store.insert(makeJob({ id, interactionId: id }));
  return id;
}

const submit = ({ gate }: Process, id: string, limits: Limits = {}) =>
  gate.begin(id, { requestsPerMinute: N, mayBeInFlightElsewhere: 100, isTrial: false, ...limits });
const begin = async (process: Process, limits?: Limits) => submit(process, await newJob(process), limits);
/** A POST of a new job, under way. */
async function post(process: Process) {
  const pass = await begin(process);
  if (pass.name !== 'begun') throw new Error(`The POST is ${pass.name}.`);
  return { jobId: pass.job.id, settle: () => process.gate.settle(pass.postId, 'accepted') };
}
const postAndSettle = async (process: Process) => (await post(process)).settle();
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const heldFor = (ms: number): Pass => ({ name: 'held', untilMs: Date.now() + ms, isPause: false });

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS });
  skewMs = 0;
  jobCount = 0;
  const url = await newUrl();
  one = processOver(await openForTest(url, { shards: { count: 2, ids: [0] } }));
  other = ON_POSTGRES ? processOver(await openForTest(url, { shards: { count: 2, ids: [1] } })) : one;
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the budget of all processes', () => {
  it.each([-HOUR_MS, 0, HOUR_MS])(
    'is N POSTs in 60.25 s, with a database whose clock differs by %i ms',
    async (differsByMs) => {
      skewMs = differsByMs;
      await postAndSettle(one);
      pass(10_000);
      await postAndSettle(other);
      await postAndSettle(one);
      expect(await begin(other)).toEqual(heldFor(WINDOW_MS - 10_000));
      pass(WINDOW_MS - 10_001);
      expect(await begin(one)).toEqual(heldFor(1));
      pass(1);
      await postAndSettle(other);
      expect(await begin(one)).toEqual(heldFor(10_000));
    },
  );

  it('is kept when 30 jobs begin at the same moment', async () => {
    const ids: [Process, string][] = [];
    for (let index = 0; index < 30; index += 1) {
      const process = index % 2 === 0 ? one : other;
      ids.push([process, await newJob(process)]);
    }
    const passes = await Promise.all(ids.map(([process, id]) => submit(process, id)));
    expect(passes.filter(({ name }) => name === 'begun')).toHaveLength(N);
    expect(passes.filter(({ name }) => name === 'held')).toHaveLength(30 - N);
  });

  it('holds back until the POSTs beyond a smaller N have left as well', async () => {
    for (let index = 0; index < N; index += 1) {
      await postAndSettle(one);
      pass(1_000);
    }
    expect(await begin(other, { requestsPerMinute: 1 })).toEqual(heldFor(WINDOW_MS - 1_000));
  });

  it('counts a POST from its beginning until 60.25 s after it has settled', async () => {
    const posts = [await post(one), await post(other), await post(one)];
    pass(5 * MINUTE_MS);
    expect(await begin(other)).toEqual(heldFor(1_000));
    for (const { settle } of posts) await settle();
    expect(await begin(one)).toEqual(heldFor(WINDOW_MS));
    pass(WINDOW_MS);
    expect(await begin(other)).toMatchObject({ name: 'begun' });
  });

  it('counts a POST that nobody saw settle for 11 minutes', async () => {
    for (let index = 0; index < N; index += 1) await post(one);
    pass(11 * MINUTE_MS - 1);
    expect(await begin(other)).toEqual(heldFor(1_000));
    pass(1);
    expect(await begin(other)).toMatchObject({ name: 'begun' });
  });

  it('counts a POST that was lost for 60.25 s from when that was noticed, and leaves others as they are', async () => {
    const lost = await post(one);
    const settled = await post(one);
    await settled.settle();
    await post(one);
    pass(10_000);
    await other.gate.settleLost([]);
    await other.gate.settleLost([lost.jobId, settled.jobId]);
    expect(await begin(other)).toEqual(heldFor(WINDOW_MS - 10_000));
    pass(WINDOW_MS - 10_000);
    await postAndSettle(other);
    expect(await begin(other)).toEqual(heldFor(10_000));
  });

  it.each([
    ["the database's", () => (skewMs = -HOUR_MS)],
    ["everyone's", () => pass(-HOUR_MS)],
  ])('is held for a minute at most, and kept, when %s clock is set back by an hour', async (_, setBack) => {
    await postAndSettle(one);
    const underWay = await post(other);
    await postAndSettle(one);
    setBack();
    expect(await begin(other)).toEqual(heldFor(WINDOW_MS));
    pass(30_000);
    await underWay.settle();
    expect(await begin(one)).toEqual(heldFor(WINDOW_MS - 30_000));
    pass(WINDOW_MS - 30_000);
    await postAndSettle(other);
    await postAndSettle(one);
    expect(await begin(one)).toEqual(heldFor(30_000));
  });

  // Where only one process can be, nothing happens within its transactions.
  it.runIf(ON_POSTGRES)('counts a POST that settles between any two statements of the next one', async () => {
    let statements = 1;
    for (let after = 1; after <= statements; after += 1) {
      pass(HOUR_MS);
      await postAndSettle(one);
      await postAndSettle(one);
      const underWay = await post(one);
      statements = 0;
      const plugin: KyselyPlugin = {
        transformQuery: ({ node }) => node,
        async transformResult({ result }) {
          statements += 1;
          if (statements !== after) return result;
          // Whoever is in turn was held up.
          pass(5_000);
          await underWay.settle();
          return result;
        },
      };
      const inTurn: Database['inTurn'] = (work) => other.database.inTurn((db) => work(db.withPlugin(plugin)));
      const held = await begin(processOver({ ...other.database, inTurn }));
      expect([after, held.name]).toEqual([after, 'held']);
      pass(WINDOW_MS - 5_000);
      await postAndSettle(other);
      await postAndSettle(other);
      const next = await begin(other);
      expect([after, next.name, next.name === 'held' && next.untilMs - Date.now()]).toEqual([after, 'held', 5_000]);
    }
    expect(statements).toBeGreaterThan(2);
  });

  it('never lets more than N POSTs arrive in any 60 s, whatever comes', async () => {
    const n = fc.integer({ min: 1, max: 4 });
    const arrivals = fc.array(arrival, { minLength: 2, maxLength: 20 });
    const property = fc.asyncProperty(n, arrivals, async (requestsPerMinute, jobs) => {
      // Nothing of the run before counts any more.
      pass(HOUR_MS);
      const posts = await live(jobs, requestsPerMinute);
      expect(posts).toHaveLength(jobs.length);
      for (const { beganMs } of posts) {
        const mayArriveWithin = posts.filter((each) => each.beganMs <= beganMs && each.endedMs > beganMs - MINUTE_MS);
        expect(mayArriveWithin.length).toBeLessThanOrEqual(requestsPerMinute);
      }
    });
    await fc.assert(property, { numRuns: ON_POSTGRES ? 8 : 100 });
  });
});

const arrival = fc.record({
  isOther: fc.boolean(),
  afterMs: fc.oneof(fc.constant(0), fc.nat(30_000)),
  /** A request arrives at any time before its answer. */
  takesMs: fc.oneof(fc.nat(500), fc.nat(20_000)),
  /** Nobody saw it settle, and that was noticed so much later. */
  lostForMs: fc.option(fc.nat(10_000), { freq: 3 }),
  /** The database's clock goes back by so much when the job comes. */
  setBackMs: fc.option(fc.nat(2 * MINUTE_MS), { freq: 5, nil: 0 }),
});
type Arrival = typeof arrival extends fc.Arbitrary<infer T> ? T : never;

/** Lets jobs come, each process submitting its own in order, until each has had its POST. */
async function live(arrivals: readonly Arrival[], requestsPerMinute: number) {
  const posts: { readonly beganMs: number; readonly endedMs: number }[] = [];
  const agenda: { readonly atMs: number; readonly run: () => Promise<unknown> }[] = [];
  const after = (ms: number, run: () => Promise<unknown>) => agenda.push({ atMs: Date.now() + ms, run });
  const dispatch = async (process: Process, line: Arrival[]): Promise<void> => {
    const [first] = line;
    if (!first) return;
    const result = await begin(process, { requestsPerMinute });
    if (result.name === 'held') {
      expect(result.untilMs - Date.now()).toSatisfy((ms: number) => ms > 0 && ms <= WINDOW_MS);
      after(result.untilMs - Date.now(), () => dispatch(process, line));
      return;
    }
    if (result.name !== 'begun') throw new Error(`The POST is ${result.name}.`);
    const { takesMs, lostForMs } = first;
    posts.push({ beganMs: Date.now(), endedMs: Date.now() + takesMs });
    if (lostForMs === null) after(takesMs, () => process.gate.settle(result.postId, 'accepted'));
    else after(takesMs + lostForMs, () => process.gate.settleLost([result.job.id]));
    line.shift();
    await dispatch(process, line);
  };
  const lines = new Map<boolean, Arrival[]>([
    [true, []],
    [false, []],
  ]);
  let comesInMs = 0;
  for (const each of arrivals) {
    comesInMs += each.afterMs;
    after(comesInMs, async () => {
      skewMs -= each.setBackMs;
      const line = lines.get(each.isOther) ?? [];
      line.push(each);
      // Else somebody has asked already.
      if (line.length === 1) await dispatch(each.isOther ? other : one, line);
    });
  }
  for (;;) {
    agenda.sort((a, b) => a.atMs - b.atMs);
    const next = agenda.shift();
    if (!next) return posts;
    vi.setSystemTime(next.atMs);
    await next.run();
  }
}

describe('the gate', () => {
  it.each([
    [30_000, 60_000],
    [60_000, 30_000],
  ])('holds all submits during the later of two pauses, of %i and %i ms', async (firstMs, secondMs) => {
    skewMs = HOUR_MS;
    const id = await newJob(other);
    await one.stops.pause(firstMs);
    await one.stops.pause(secondMs);
    expect(await submit(other, id)).toEqual({ ...heldFor(60_000), isPause: true });
    pass(59_999);
    expect(await submit(other, id)).toEqual({ ...heldFor(1), isPause: true });
    pass(1);
    expect(await submit(other, id)).toMatchObject({ name: 'begun', job: { id } });
  });

  it('stops all submits while the circuit is open, at once where that is known', async () => {
    const circuit = { open: true, reason: 'credits', sinceMs: Date.now() } as const;
    const ids = [await newJob(one), await newJob(other)] as const;
    const saved = one.stops.saveCircuit(circuit, Date.now() + MINUTE_MS);
    const stopped = { name: 'stopped', stops: { circuit, nextTrialMs: Date.now() + MINUTE_MS, pausedUntilMs: 0 } };
    expect(await submit(one, ids[0])).toEqual(stopped);
    await saved;
    expect(await submit(other, ids[1])).toEqual(stopped);
    expect(await submit(other, ids[1], { isTrial: true })).toEqual(stopped);
    await other.stops.saveCircuit({ open: false }, 0);
    expect(await submit(one, ids[0])).toMatchObject({ name: 'begun' });
  });

  it('gives the trial that an open circuit allows to one of two who ask, and the next one 15 minutes later', async () => {
    const sinceMs = Date.now();
    await one.stops.saveCircuit({ open: true, reason: 'forbidden', sinceMs }, sinceMs + MINUTE_MS);
    const ids = [await newJob(one), await newJob(other)] as const;
    const tryBoth = async () => {
      const isTrial = true;
      const both = await Promise.all([submit(one, ids[0], { isTrial }), submit(other, ids[1], { isTrial })]);
      return both.map(({ name }) => name).toSorted();
    };
    pass(MINUTE_MS - 1);
    expect(await tryBoth()).toEqual(['stopped', 'stopped']);
    pass(1);
    expect(await submit(one, ids[0])).toMatchObject({ name: 'stopped' });
    expect(await tryBoth()).toEqual(['begun', 'stopped']);
    expect((await other.stops.load()).nextTrialMs).toBe(Date.now() + 15 * MINUTE_MS);
    const remaining = (await one.store.get(ids[0]))?.state.name === 'queued' ? one : other;
    const id = remaining === one && other !== one ? ids[0] : ids[1];
    pass(15 * MINUTE_MS - 1);
    expect(await submit(remaining, id, { isTrial: true })).toMatchObject({ name: 'stopped' });
    pass(1);
    expect(await submit(remaining, id, { isTrial: true })).toMatchObject({ name: 'begun' });
  });

  it('lets a job that was cancelled meanwhile pass for taken, and spends nothing on it', async () => {
    const id = await newJob(one);
    await one.store.transition(id, 'queued', { name: 'cancelled', cancelledBy: 'member' });
    expect(await submit(one, id)).toEqual({ name: 'taken' });
    expect(await submit(one, 'nobody')).toEqual({ name: 'taken' });
  });

  it.runIf(ON_POSTGRES)('counts what other processes have in flight, but not what is overdue', async () => {
    const limits = { requestsPerMinute: 100, mayBeInFlightElsewhere: 1 };
    const submitted = {
      name: 'submitted',
      requestId: 'r',
      submittedAtMs: 1,
      phase: 'QUEUED',
      isOverdue: false,
    } as const;
    const { jobId } = await post(other);
    await other.store.transition(jobId, 'submitting', submitted);
    expect(await begin(one, limits)).toMatchObject({ name: 'begun' });
    await post(other);
    expect(await begin(one, limits)).toEqual(heldFor(1_000));
    await other.store.transition(jobId, 'submitted', { ...submitted, isOverdue: true });
    expect(await begin(one, limits)).toMatchObject({ name: 'begun' });
    // Its own are counted by the process itself.
    expect(await begin(one, { ...limits, mayBeInFlightElsewhere: 0 })).toEqual(heldFor(1_000));
    expect(await begin(other, { ...limits, mayBeInFlightElsewhere: 3 })).toMatchObject({ name: 'begun' });
  });
});
