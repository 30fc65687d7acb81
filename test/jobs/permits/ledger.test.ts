import fc from 'fast-check';
import type { KyselyPlugin } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobIn } from '../../../src/jobs/job.ts';
import { SubmitHoldStore } from '../../../src/jobs/permits/hold.ts';
import { type GrantResult, SubmitLedger } from '../../../src/jobs/permits/ledger.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import type { Database } from '../../../src/storage/database.ts';
import { sql } from '../../../src/storage/kysely.ts';
import { monotonicNow } from '../../../src/time.ts';
import { insertQueued, loadHold, SILENT } from '../../support/job-fixtures.ts';
import { newUrl, ON_POSTGRES, openForTest } from '../../support/storage/fixtures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WINDOW_MS = 60_250;
/** Long past, so that no registered process seems silent for too long. */
const START_MS = Date.UTC(2020, 0, 1);
const N = 3;

/** How much the database's clock is ahead of the processes'. */
let skewMs: number;
let jobCount: number;
/** Two processes if the database can be shared, otherwise the same one twice. */
let one: ReturnType<typeof processOver>;
let other: ReturnType<typeof processOver>;

function processOver(opened: Database) {
  const database: Database = { ...opened, clock: () => sql<number>`cast(${Date.now() + skewMs} as bigint)` };
  const holds = new SubmitHoldStore(database, { log: SILENT, signal: new AbortController().signal });
  const store = new JobStore(database, { log: SILENT });
  return { database, holds, store, ledger: new SubmitLedger(database, holds) };
}
type Process = typeof one;
type Limits = Partial<Parameters<SubmitLedger['grant']>[1]>;

function newJob({ store }: Process): Promise<JobIn<'queued'>> {
  jobCount += 1;
  return insertQueued(store, String(jobCount).padStart(13, '0'));
}

const submit = async ({ ledger, holds }: Process, job: JobIn<'queued'>, limits: Limits = {}) =>
  ledger.grant(job, {
    requestsPerMinute: N,
    maxInFlightElsewhere: 100,
    isTrial: false,
    getHold: await loadHold(holds),
    ...limits,
  });
const begin = async (process: Process, limits?: Limits) => submit(process, await newJob(process), limits);
/** Begins a POST of a new job. */
async function post(process: Process) {
  const entry = await begin(process);
  if (entry.name !== 'granted') throw new Error(`The POST has to ${entry.name}.`);
  return { jobId: entry.job.id, settle: () => process.ledger.settle(entry.postId, 'accepted') };
}
const postAndSettle = async (process: Process) => (await post(process)).settle();
/** Advances every clock. */
const pass = (ms: number) => vi.advanceTimersByTime(ms);
/** Sets the wall clock, and the database's with it. */
const step = (ms: number) => vi.setSystemTime(Date.now() + ms);
const heldFor = (ms: number, because: 'budget' | 'paused' | 'in_flight_limit' = 'budget'): GrantResult => ({
  name: 'wait',
  untilMs: monotonicNow() + ms,
  because,
});
/** The next process with the same database. */
async function restart({ database }: Process): Promise<Process> {
  const next = processOver(database);
  await next.ledger.load();
  return next;
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: START_MS });
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

  it('is not exceeded when 30 jobs begin at the same moment', async () => {
    const jobs: [Process, JobIn<'queued'>][] = [];
    for (let index = 0; index < 30; index += 1) {
      const process = index % 2 === 0 ? one : other;
      jobs.push([process, await newJob(process)]);
    }
    const entries = await Promise.all(jobs.map(([process, job]) => submit(process, job)));
    expect(entries.filter(({ name }) => name === 'granted')).toHaveLength(N);
    expect(entries.filter(({ name }) => name === 'wait')).toHaveLength(30 - N);
  });

  it('makes jobs wait until the POSTs beyond a smaller N have left as well', async () => {
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
    expect(await begin(other)).toMatchObject({ name: 'granted' });
  });

  it('counts a POST without an outcome for 11 minutes', async () => {
    for (let index = 0; index < N; index += 1) await post(one);
    pass(11 * MINUTE_MS - 1);
    expect(await begin(other)).toEqual(heldFor(1_000));
    pass(1);
    expect(await begin(other)).toMatchObject({ name: 'granted' });
  });

  it('counts a lost POST for 60.25 s from when that was noticed, and leaves others as they are', async () => {
    const lost = await post(one);
    const settled = await post(one);
    await settled.settle();
    await post(one);
    pass(10_000);
    const next = ON_POSTGRES ? other : await restart(one);
    await next.ledger.settleLost([]);
    await next.ledger.settleLost([lost.jobId, settled.jobId]);
    expect(await begin(next)).toEqual(heldFor(WINDOW_MS - 10_000));
    pass(WINDOW_MS - 10_000);
    await postAndSettle(next);
    expect(await begin(next)).toEqual(heldFor(10_000));
  });

  it.each([
    ["the database's", () => (skewMs = -HOUR_MS)],
    ["everyone's", () => step(-HOUR_MS)],
  ])(
    'delays jobs for a minute at most, and is not exceeded, when %s clock is set back by an hour',
    async (_, setBack) => {
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
    },
  );

  // With a single process, nothing else happens during its transactions.
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
          // The lock was held by a slow transaction.
          pass(5_000);
          await underWay.settle();
          return result;
        },
      };
      const inTurn: Database['writeExclusively'] = (turn, work) =>
        other.database.writeExclusively(turn, (db) => work(db.withPlugin(plugin)));
      const held = await begin(processOver({ ...other.database, writeExclusively: inTurn }));
      expect([after, held.name]).toEqual([after, 'wait']);
      pass(WINDOW_MS - 5_000);
      await postAndSettle(other);
      await postAndSettle(other);
      const next = await begin(other);
      expect([after, next]).toEqual([after, heldFor(5_000)]);
    }
    expect(statements).toBeGreaterThan(2);
  });

  it('never lets more than N POSTs arrive in any 60 s, whatever happens', async () => {
    const n = fc.integer({ min: 1, max: 4 });
    const arrivals = fc.array(arrival, { minLength: 2, maxLength: 20 });
    const property = fc.asyncProperty(n, arrivals, async (requestsPerMinute, jobs) => {
      // POSTs of the run before no longer count.
      pass(HOUR_MS);
      const posts = await live(jobs, requestsPerMinute);
      expect(posts).toHaveLength(jobs.length);
      for (const { beganMs } of posts) {
        const mayArriveWithin = posts.filter((each) => each.beganMs <= beganMs && each.endedMs > beganMs - MINUTE_MS);
        expect(mayArriveWithin.length).toBeLessThanOrEqual(requestsPerMinute);
      }
    });
    await fc.assert(property, { numRuns: ON_POSTGRES ? 8 : 50 });
  });
});

const arrival = fc.record({
  isOther: fc.boolean(),
  afterMs: fc.oneof(fc.constant(0), fc.nat(30_000)),
  /** A request arrives at any time before its answer. */
  takesMs: fc.oneof(fc.nat(500), fc.nat(20_000)),
  /** The outcome was lost, and that was noticed this much later. */
  lostForMs: fc.option(fc.nat(10_000), { freq: 3 }),
  /** The database's clock is set back by this much when the job comes. */
  setBackMs: fc.option(fc.nat(2 * MINUTE_MS), { freq: 5, nil: 0 }),
});
type Arrival = typeof arrival extends fc.Arbitrary<infer T> ? T : never;

/** Runs jobs, each process submitting its own in order, until each has had its POST. */
async function live(arrivals: readonly Arrival[], requestsPerMinute: number) {
  const posts: { readonly beganMs: number; endedMs: number; isLost: boolean }[] = [];
  const agenda: { readonly atMs: number; readonly run: () => Promise<unknown> }[] = [];
  const after = (ms: number, run: () => Promise<unknown>) => agenda.push({ atMs: monotonicNow() + ms, run });
  /** With a single process, the next one starts after it, and every POST under way ends with it. */
  const lose = async (jobId: string) => {
    if (!ON_POSTGRES) {
      one = other = await restart(one);
      for (const each of posts.filter(({ endedMs }) => endedMs >= monotonicNow())) {
        each.endedMs = monotonicNow();
        each.isLost = true;
      }
    }
    await other.ledger.settleLost([jobId]);
  };
  const submitNext = async (
    isOther: boolean,
    queue: (Arrival & { readonly job: JobIn<'queued'> })[],
  ): Promise<void> => {
    const [first] = queue;
    if (!first) return;
    const entry = await submit(isOther ? other : one, first.job, { requestsPerMinute });
    if (entry.name === 'wait') {
      const ms = entry.untilMs - monotonicNow();
      expect(ms).toSatisfy((each: number) => each > 0 && each <= WINDOW_MS);
      after(ms, () => submitNext(isOther, queue));
      return;
    }
    if (entry.name !== 'granted') throw new Error(`The POST is ${entry.name}.`);
    const { takesMs, lostForMs } = first;
    const sent = { beganMs: monotonicNow(), endedMs: monotonicNow() + takesMs, isLost: lostForMs !== null };
    posts.push(sent);
    if (lostForMs !== null) after(takesMs + lostForMs, () => lose(entry.job.id));
    else
      after(takesMs, async () => {
        if (!sent.isLost) await (isOther ? other : one).ledger.settle(entry.postId, 'accepted');
      });
    queue.shift();
    await submitNext(isOther, queue);
  };
  const queues = { own: [], other: [] } as Record<'own' | 'other', Parameters<typeof submitNext>[1]>;
  let comesInMs = 0;
  for (const each of arrivals) {
    comesInMs += each.afterMs;
    after(comesInMs, async () => {
      skewMs -= each.setBackMs;
      const queue = queues[each.isOther ? 'other' : 'own'];
      queue.push({ ...each, job: await newJob(each.isOther ? other : one) });
      // Otherwise a request is already pending.
      if (queue.length === 1) await submitNext(each.isOther, queue);
    });
  }
  for (;;) {
    agenda.sort((a, b) => a.atMs - b.atMs);
    const next = agenda.shift();
    if (!next) return posts;
    pass(Math.max(0, next.atMs - monotonicNow()));
    await next.run();
  }
}

describe('the ledger', () => {
  it.each([
    [30_000, 60_000],
    [60_000, 30_000],
  ])('holds all submits during the later of two pauses, of %i and %i ms', async (firstMs, secondMs) => {
    skewMs = HOUR_MS;
    const job = await newJob(other);
    await one.holds.pause(firstMs);
    await one.holds.pause(secondMs);
    expect(await submit(other, job)).toEqual(heldFor(60_000, 'paused'));
    pass(59_999);
    expect(await submit(other, job)).toEqual(heldFor(1, 'paused'));
    pass(1);
    expect(await submit(other, job)).toMatchObject({ name: 'granted', job: { id: job.id } });
  });

  it('stops all submits while the circuit is open, at once in the process that knows it', async () => {
    const circuit = { open: true, reason: 'credits', sinceMs: monotonicNow() } as const;
    const jobs = [await newJob(one), await newJob(other)] as const;
    const saved = one.holds.saveCircuit(circuit, monotonicNow() + MINUTE_MS);
    const stopped = { name: 'stopped', hold: { circuit, nextTrialMs: monotonicNow() + MINUTE_MS, pausedUntilMs: 0 } };
    expect(await submit(one, jobs[0])).toEqual(stopped);
    await saved;
    expect(await submit(other, jobs[1])).toEqual(stopped);
    if (ON_POSTGRES) expect(await submit(other, jobs[1], { isTrial: true })).toEqual(stopped);
    await other.holds.saveCircuit({ open: false }, 0);
    expect(await submit(one, jobs[0])).toMatchObject({ name: 'granted' });
  });

  // With a single process, its circuit decides this.
  it.runIf(ON_POSTGRES)(
    'grants the trial of an open circuit to one of two processes, and the next one 15 minutes later',
    async () => {
      const sinceMs = monotonicNow();
      await one.holds.saveCircuit({ open: true, reason: 'forbidden', sinceMs }, sinceMs + MINUTE_MS);
      const jobs = [await newJob(one), await newJob(other)] as const;
      const tryBoth = async () => {
        const isTrial = true;
        const both = await Promise.all([submit(one, jobs[0], { isTrial }), submit(other, jobs[1], { isTrial })]);
        return both.map(({ name }) => name).toSorted();
      };
      pass(MINUTE_MS - 1);
      expect(await tryBoth()).toEqual(['stopped', 'stopped']);
      pass(1);
      expect(await submit(one, jobs[0])).toMatchObject({ name: 'stopped' });
      expect(await tryBoth()).toEqual(['granted', 'stopped']);
      expect((await other.holds.load()).nextTrialMs).toBe(monotonicNow() + 15 * MINUTE_MS);
      const remaining = (await one.store.get(jobs[0].id))?.state.name === 'queued' ? one : other;
      const job = remaining === one ? jobs[0] : jobs[1];
      pass(15 * MINUTE_MS - 1);
      expect(await submit(remaining, job, { isTrial: true })).toMatchObject({ name: 'stopped' });
      pass(1);
      expect(await submit(remaining, job, { isTrial: true })).toMatchObject({ name: 'granted' });
    },
  );

  it('detects an outage after a gateway has answered three POSTs in a row, of all processes', async () => {
    const settleAs = async (process: typeof one, outcome: 'foreign' | 'accepted') => {
      const entry = await submit(process, await newJob(process));
      if (entry.name !== 'granted') throw new Error(`The POST is ${entry.name}.`);
      await process.ledger.settle(entry.postId, outcome);
    };
    const troubles: boolean[] = [];
    for (const outcome of ['foreign', 'foreign', 'accepted', 'foreign', 'foreign', 'foreign'] as const) {
      pass(MINUTE_MS);
      await settleAs(troubles.length % 2 === 0 ? one : other, outcome);
      troubles.push(await one.ledger.hasGatewayTrouble());
    }
    expect(troubles).toEqual([false, false, false, false, false, true]);
  });

  it('reports a job that was cancelled meanwhile as lost, and uses no budget for it', async () => {
    const job = await newJob(one);
    await one.store.transition(job.id, 'queued', { name: 'cancelled', cancelledBy: 'member' });
    expect(await submit(one, job)).toEqual({ name: 'lost' });
    expect(await submit(one, { ...job, id: 'nobody' })).toEqual({ name: 'lost' });
    expect(await one.database.db.selectFrom('posts').selectAll().execute()).toEqual([]);
  });

  it('undoes a grant whose POST is not sent: the job is queued as before, and no budget is used', async () => {
    const job = await newJob(one);
    for (let index = 1; index < N; index += 1) await postAndSettle(one);
    const entry = await submit(one, job);
    if (entry.name !== 'granted') throw new Error(`The POST is ${entry.name}.`);
    await one.ledger.revoke(entry, job);
    expect(await one.store.get(job.id)).toEqual(job);
    expect(await one.database.db.selectFrom('posts').select('job_id').execute()).toHaveLength(N - 1);
    expect(await submit(one, job)).toMatchObject({ name: 'granted' });
    expect(await begin(other)).toMatchObject({ name: 'wait', because: 'budget' });
  });

  it.runIf(ON_POSTGRES)('counts the jobs that other processes have in flight, except overdue ones', async () => {
    const limits = { requestsPerMinute: 100, maxInFlightElsewhere: 1 };
    const submitted = {
      name: 'submitted',
      requestId: 'r',
      submittedAtMs: 1,
      phase: 'QUEUED',
      isOverdue: false,
    } as const;
    const { jobId } = await post(other);
    await other.store.transition(jobId, 'submitting', submitted);
    expect(await begin(one, limits)).toMatchObject({ name: 'granted' });
    await post(other);
    expect(await begin(one, limits)).toEqual(heldFor(1_000, 'in_flight_limit'));
    await other.store.transition(jobId, 'submitted', { ...submitted, isOverdue: true });
    expect(await begin(one, limits)).toMatchObject({ name: 'granted' });
    // Each process counts its own itself.
    expect(await begin(one, { ...limits, maxInFlightElsewhere: 0 })).toEqual(heldFor(1_000, 'in_flight_limit'));
    expect(await begin(other, { ...limits, maxInFlightElsewhere: 3 })).toMatchObject({ name: 'granted' });
  });
});
