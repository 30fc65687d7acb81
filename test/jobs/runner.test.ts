import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJobs, type Jobs } from '../../src/jobs/create-jobs.ts';
import type { Delivery, Ending, Progress } from '../../src/jobs/delivery.ts';
import { type JobEvent, JobEvents } from '../../src/jobs/events.ts';
import type { Job, JobIn, JobRequest } from '../../src/jobs/job.ts';
import { SubmitHoldStore } from '../../src/jobs/permits/hold.ts';
import { SubmitLedger } from '../../src/jobs/permits/ledger.ts';
import { ImageFiles } from '../../src/jobs/stages/image-files.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { ModelForbidden, RateLimited, ServerError, SpendLimitReached } from '../../src/segmind/errors.ts';
import type { Database } from '../../src/storage/database.ts';
import { sql } from '../../src/storage/kysely.ts';
import { monotonicNow } from '../../src/time.ts';
import { fakeSegmind } from '../support/fake-segmind.ts';
import { loadHold, makeJob, recordedLog } from '../support/job-fixtures.ts';
import { passTurns } from '../support/pass-turns.ts';
import { newUrl, ON_POSTGRES, openForTest } from '../support/storage/fixtures.ts';

const MINUTE_MS = 60_000;

interface Change {
  readonly requestsPerMinute?: number;
  readonly maxInFlight?: number;
  readonly deadlineMs?: number;
  readonly mode?: 'async' | 'sync';
  readonly database?: Database;
  readonly delivery?: Partial<Delivery>;
}

let folder: string;
let url: string;
let database: Database;
let jobs: Jobs;
let stopping: AbortController;
let store: JobStore;
let segmind: ReturnType<typeof fakeSegmind>;
let events: JobEvent[];
let endings: Map<string, Ending>;
let shown: Map<string, Progress>;
let dropped: string[];
let logged: ReturnType<typeof recordedLog>;

const requestOf = (id: string, change: Partial<Job> = {}): JobRequest => {
  const { guildId: _, messageIds: __, ...request } = makeJob({ id, interactionId: id });
  return { ...request, parameters: { ...request.parameters, prompt: id }, ...change };
};

const accept = (id: string, change?: Partial<Job>) => jobs.runner.accept(requestOf(id, change), async () => {});

/** With a clock that the test controls. */
async function openDatabase(): Promise<void> {
  const opened = await openForTest(url);
  database = { ...opened, clock: () => sql<number>`cast(${Date.now()} as bigint)` };
}

function start({ mode = 'async', requestsPerMinute = 60, maxInFlight = 50, ...change }: Change = {}): void {
  const emitter = new JobEvents();
  emitter.add((event) => events.push(event));
  const over = change.database ?? database;
  store = new JobStore(over, {
    log: logged.log,
    onStep: (job, from) => emitter.emit({ name: 'stepped', job, from }),
  });
  stopping = new AbortController();
  jobs = createJobs({
    config: {
      segmind: {
        apiKey: 'SG_0123456789abcdef',
        apiUrl: 'https://api.segmind.com',
        imageHosts: [],
        mode,
        base64: false,
        requestsPerMinute,
        maxInFlight,
      },
      jobs: {
        queueLimit: 50,
        deadlineMs: change.deadlineMs ?? 10 * MINUTE_MS,
        retentionDays: 90,
        directMessageImagesPerDay: 5,
      },
    },
    database: over,
    store,
    segmind: segmind.client,
    getCredits: async () => ({ creditsUsd: 0, freeCreditsUsd: 0 }),
    delivery: {
      showProgress: (job, progress) => shown.set(job.id, progress),
      async deliver(job, ending) {
        endings.set(job.id, ending);
        return true;
      },
      hasArrived: async () => false,
      wasAcknowledged: async () => true,
      ...change.delivery,
    },
    imageFiles: new ImageFiles(join(folder, 'images')),
    shards: undefined,
    events: emitter,
    onDropped: (job) => dropped.push(job.id),
    log: logged.log,
    signal: stopping.signal,
  });
}

async function stop(): Promise<void> {
  stopping.abort(new Error('The process is stopping.'));
  await jobs.stop();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'timeless-runner-'));
  url = await newUrl();
  await openDatabase();
  segmind = fakeSegmind();
  logged = recordedLog();
  events = [];
  endings = new Map();
  shown = new Map();
  dropped = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  start();
});

afterEach(async () => {
  await stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Small enough that nothing else is due between a timer and the writes that follow from it. */
const STEP_MS = ON_POSTGRES ? 100 : 500;

/** Advances by `ms` in small steps, so that pending promises resolve in between; writes take turns of the real event loop. */
async function pass(ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
    await vi.advanceTimersByTimeAsync(Math.min(leftMs, STEP_MS));
    if (!ON_POSTGRES) await passTurns();
    // A question that is answered after those asked before it.
    else for (let turn = 0; turn < 3; turn += 1) await database.relaxed.selectFrom('circuit').selectAll().execute();
  }
}
const failureOf = (id: string) => {
  const ending = endings.get(id);
  return ending?.name === 'failed' ? ending.failure : undefined;
};

// These tests wait by the fake clock, and don't depend on the database.
describe.skipIf(ON_POSTGRES)('JobRunner', () => {
  it('ends a job that waited for an hour, at no charge, whatever happened meanwhile', async () => {
    segmind.answer = async () => {
      throw new RateLimited(Date.now() + 4 * MINUTE_MS);
    };
    await accept('patient');
    await pass(59 * MINUTE_MS);
    expect(endings.size).toBe(0);
    expect(segmind.posts.length).toBeGreaterThan(5);
    await pass(2 * MINUTE_MS);
    expect(failureOf('patient')).toEqual({ kind: 'waited_too_long' });
    const postsSoFar = segmind.posts.length;
    await pass(30 * MINUTE_MS);
    expect(segmind.posts).toHaveLength(postsSoFar);
  });

  it('ends jobs that wait for an open circuit after 15 minutes, and refuses new ones at once', async () => {
    segmind.answer = async () => {
      throw new ModelForbidden('');
    };
    for (const id of ['met it', 'waits 1', 'waits 2']) await accept(id);
    await pass(1_000);
    expect(failureOf('met it')).toEqual({ kind: 'stopped', reason: 'forbidden' });
    expect(jobs.runner.refusal('1')).toEqual({ name: 'stopped', reason: 'forbidden' });
    expect(shown.get('waits 1')).toMatchObject({
      phase: 'queued',
      because: { name: 'stopped', reason: 'forbidden' },
    });
    await pass(14 * MINUTE_MS);
    expect([...endings.keys()]).toEqual(['met it']);
    await pass(2 * MINUTE_MS);
    // One of them is let through as the trial; it fails as well, and the other ends unsubmitted.
    expect(failureOf('waits 1')).toEqual({ kind: 'stopped', reason: 'forbidden' });
    expect(failureOf('waits 2')).toEqual({ kind: 'stopped', reason: 'forbidden' });
    expect(segmind.posts).toHaveLength(2);
  });

  it('keeps queued jobs when the trial succeeds', async () => {
    segmind.answer = async (post) => {
      if (post === 1) throw new SpendLimitReached(406, '');
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { requestId: `request-${post}` };
    };
    for (const id of ['met it', 'trial', 'spared 1', 'spared 2']) await accept(id);
    await pass(16 * MINUTE_MS);
    expect(segmind.posts).toEqual(['met it', 'trial', 'spared 1', 'spared 2']);
    expect([...endings.keys()]).toEqual(['met it']);
  });

  it('retries once after a 5xx, pausing the queue for two seconds, and then gives up', async () => {
    segmind.answer = async () => {
      throw new ServerError(502, '');
    };
    await accept('unlucky');
    await accept('next');
    await pass(1_000);
    expect(segmind.posts).toEqual(['unlucky']);
    expect(shown.get('next')).toMatchObject({ phase: 'queued', place: 2 });
    await pass(3_000);
    expect(segmind.posts.slice(0, 2)).toEqual(['unlucky', 'unlucky']);
    expect(failureOf('unlucky')).toEqual({ kind: 'server_error', status: 502 });
  });

  it('accepts no job when what belongs to it is refused, and says why', async () => {
    const refused = await jobs.runner.accept(
      requestOf('too expensive'),
      async () => {},
      async () => 'no budget',
    );
    expect(refused).toEqual({ name: 'refused', reason: 'no budget' });
    await pass(1_000);
    expect(segmind.posts).toEqual([]);
    expect(jobs.runner.load.waiting).toBe(0);
    expect(logged.lines).toEqual([]);
  });

  it('does not send a POST that was recorded too long ago, and requests a new permit', async () => {
    let granted = 0;
    const writeExclusively: Database['writeExclusively'] = async (turn, work) => {
      const entry = await database.writeExclusively(turn, work);
      if (turn !== 'submit') return entry;
      granted += 1;
      // As if the process were frozen in between.
      if (granted === 1) vi.advanceTimersByTime(6_000);
      return entry;
    };
    start({ database: { ...database, writeExclusively } });
    await accept('late');
    await pass(2_000);
    expect(segmind.posts).toEqual(['late']);
    expect(granted).toBe(2);
    const rows = await database.db.selectFrom('posts').select('outcome').orderBy('id').execute();
    expect(rows.map(({ outcome }) => outcome)).toEqual(['accepted']);
  });

  it('lets a job be cancelled while it waits for its retry', async () => {
    segmind.answer = async () => {
      throw new ServerError(502, '');
    };
    await accept('unlucky');
    await pass(1_000);
    expect(jobs.runner.cancel('unlucky', 'member')).toBe(true);
    await pass(5_000);
    expect(segmind.posts).toHaveLength(1);
    expect(endings.get('unlucky')).toEqual({ name: 'cancelled', cancelledBy: 'member' });
  });

  it('has no more jobs in flight than allowed, not counting overdue ones', async () => {
    await stop();
    start({ maxInFlight: 2, deadlineMs: MINUTE_MS });
    for (const id of ['a', 'b', 'c']) await accept(id);
    await pass(30_000);
    expect(segmind.posts).toEqual(['a', 'b']);
    expect(shown.get('a')).toMatchObject({ phase: 'rendering', isOverdue: false });
    await pass(MINUTE_MS);
    expect(segmind.posts).toEqual(['a', 'b', 'c']);
    expect(shown.get('a')).toMatchObject({ phase: 'rendering', isOverdue: true });
  });

  it('keeps the images of at most eight jobs in memory', async () => {
    segmind.poll = async () => 'COMPLETED';
    let held = 0;
    let most = 0;
    segmind.download = async () => {
      held += 1;
      most = Math.max(most, held);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      held -= 1;
    };
    for (let index = 0; index < 10; index += 1) await accept(`job ${index}`);
    await pass(MINUTE_MS);
    expect(most).toBe(8);
    expect([...endings.values()].map(({ name }) => name)).toEqual(Array(10).fill('delivered'));
  });

  it('removes a job whose acknowledgement failed', async () => {
    const refused = new Error('10062');
    await expect(jobs.runner.accept(requestOf('late'), () => Promise.reject(refused))).rejects.toBe(refused);
    expect(await store.get('late')).toBeUndefined();
    await pass(5_000);
    expect(segmind.posts).toEqual([]);
  });

  it('ends a job that is cancelled while its acknowledgement is under way, without a POST', async () => {
    let acknowledge = () => {};
    const isAcknowledged = new Promise<void>((resolve) => {
      acknowledge = resolve;
    });
    const accepted = jobs.runner.accept(requestOf('blocked', { guildId: 'guild' }), () => isAcknowledged);
    expect(jobs.runner.waitingIn('guild').map(({ id }) => id)).toEqual(['blocked']);
    expect(jobs.runner.cancel('blocked', 'moderator')).toBe(true);
    acknowledge();
    expect(await accepted).toBe('accepted');
    await pass(1_000);
    expect(endings.get('blocked')).toEqual({ name: 'cancelled', cancelledBy: 'moderator' });
    expect(jobs.runner.waitingIn('guild')).toEqual([]);
    expect(segmind.posts).toEqual([]);
  });

  it('ends a job of an earlier process that is cancelled before its acknowledgement is checked', async () => {
    await store.insert(requestOf('left', { guildId: 'guild' }));
    let tell = (_: boolean) => {};
    const wasAcknowledged = () => new Promise<boolean>((resolve) => (tell = resolve));
    start({ delivery: { wasAcknowledged } });
    await jobs.runner.resume();
    expect(jobs.runner.cancel('left', 'moderator')).toBe(true);
    tell(true);
    await pass(1_000);
    expect(endings.get('left')).toEqual({ name: 'cancelled', cancelledBy: 'moderator' });
    expect(segmind.posts).toEqual([]);
  });

  it('does not acknowledge the same interaction twice while the first is under way', async () => {
    const acknowledge = vi.fn(async () => {});
    const both = await Promise.all([
      jobs.runner.accept(requestOf('twin'), acknowledge),
      jobs.runner.accept(requestOf('twin 2', { interactionId: 'twin' }), acknowledge),
    ]);
    expect(both).toEqual(['accepted', 'duplicate']);
    expect(acknowledge).toHaveBeenCalledTimes(1);
  });

  it('refuses new jobs once it is stopping, and sends no further POST', async () => {
    await stop();
    expect(jobs.runner.refusal('1')).toEqual({ name: 'restarting' });
    await accept('too late');
    await pass(5_000);
    expect(segmind.posts).toEqual([]);
  });

  it('begins no delivery once it is stopping, and leaves it to the next process', async () => {
    const downloads: string[] = [];
    segmind.download = async (imageUrl) => void downloads.push(imageUrl);
    const request = requestOf('fetched');
    await store.insert(request);
    const [submittedAtMs, imageUrls] = [Date.now(), ['https://images.segmind.com/request-0.png']];
    const rendered = { submittedAtMs, renderedAtMs: submittedAtMs, imageCount: 1, imageUrls, imageFiles: [] };
    const state = { name: 'failed', failure: { kind: 'internal' }, rendered } as const;
    const failed = await store.transition('fetched', 'queued', state);
    if (!failed) throw new Error('not failed');
    await stop();
    expect(await jobs.runner.redeliver({ ...failed, state }, { ...request, isOutside: false })).toBe(true);
    await pass(1_000);
    expect(downloads).toEqual([]);
    expect((await store.get('fetched'))?.state.name).toBe('delivering');
  });

  it('has nothing to stop of the jobs that have ended', async () => {
    segmind.poll = async () => 'COMPLETED';
    for (const id of ['first', 'second']) await accept(id);
    await pass(10_000);
    expect([...endings.keys()]).toEqual(['first', 'second']);
    const abort = vi.spyOn(AbortController.prototype, 'abort');
    stopping.abort();
    expect(abort.mock.contexts).toEqual([stopping]);
    abort.mockRestore();
    await stop();
  });
});

describe('JobRunner after a restart', () => {
  it('resumes the jobs of an earlier process, and sends no POST that may already have been sent', async () => {
    const left = async (id: string): Promise<JobIn<'queued'>> => {
      const job = await store.insert(requestOf(id));
      if (job?.state.name !== 'queued') throw new Error('not inserted');
      return { ...job, state: job.state };
    };
    const holds = new SubmitHoldStore(database, { log: logged.log, signal: stopping.signal });
    const submit = async (job: JobIn<'queued'>) =>
      new SubmitLedger(database, holds).grant(job, {
        requestsPerMinute: 60,
        maxInFlightElsewhere: 60,
        isTrial: false,
        getHold: await loadHold(holds),
      });
    await left('queued 1');
    await submit(await left('submitting'));
    await submit(await left('submitted'));
    await store.transition('submitted', 'submitting', {
      name: 'submitted',
      requestId: 'request-0',
      submittedAtMs: Date.now(),
      phase: 'QUEUED',
      isOverdue: false,
    });
    await left('unannounced');
    await store.transition('unannounced', 'queued', { name: 'cancelled', cancelledBy: 'member' });
    await left('queued 2');
    segmind.poll = async () => 'COMPLETED';
    await database.close();
    await openDatabase();
    start();
    await jobs.runner.resume();
    await pass(10_000);
    expect(segmind.posts.toSorted()).toEqual(['queued 1', 'queued 2']);
    expect(Object.fromEntries([...endings].map(([id, { name }]) => [id, name]))).toEqual({
      'queued 1': 'delivered',
      'queued 2': 'delivered',
      submitting: 'unknown',
      submitted: 'delivered',
      unannounced: 'cancelled',
    });
    const unfinished = database.db.selectFrom('jobs').select('id').where('ended_at', 'is', null);
    expect(await unfinished.execute()).toEqual([]);
  });

  // With Postgres, jobs are claimed by the server's clock, which the test doesn't control.
  it.skipIf(ON_POSTGRES)('after N recent POSTs sends N more within 62 s, and never more than N in 60 s', async () => {
    const sentAtMs: number[] = [];
    segmind.answer = async (post) => {
      sentAtMs.push(monotonicNow());
      return { requestId: `request-${post}` };
    };
    start({ requestsPerMinute: 5 });
    for (let index = 0; index < 5; index += 1) {
      await accept(`before ${index}`);
      await pass(3_000);
    }
    await stop();
    await database.close();
    await openDatabase();
    start({ requestsPerMinute: 5 });
    await jobs.runner.resume();
    for (let index = 0; index < 5; index += 1) await accept(`after ${index}`);
    await pass(62_000);
    expect(sentAtMs).toHaveLength(10);
    for (const [index, atMs] of sentAtMs.entries()) {
      expect(atMs - (sentAtMs[index - 5] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(60_000);
    }
  });

  it.skipIf(ON_POSTGRES)(
    'uses at least 98 % of the budget while jobs wait, and sends never N + 1 in 60 s',
    async () => {
      const requestsPerMinute = 5;
      const minutes = 8;
      const sentAtMs: number[] = [];
      segmind.answer = async (post) => {
        sentAtMs.push(monotonicNow());
        return { requestId: `request-${post}` };
      };
      await stop();
      start({ requestsPerMinute });
      for (let index = 0; index <= minutes * requestsPerMinute; index += 1) await accept(`job ${index}`);
      await pass((minutes * MINUTE_MS) / 0.98);
      expect(sentAtMs).toHaveLength(minutes * requestsPerMinute + 1);
      for (const [index, atMs] of sentAtMs.entries()) {
        expect(atMs - (sentAtMs[index - requestsPerMinute] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(60_000);
      }
    },
  );

  it('drops a job of an earlier process whose interaction was never acknowledged, and logs it', async () => {
    await store.insert(requestOf('nobody waits'));
    await database.close();
    await openDatabase();
    start({ delivery: { wasAcknowledged: async () => false } });
    await jobs.runner.resume();
    await pass(1_000);
    expect(dropped).toEqual(['nobody waits']);
    expect(await store.get('nobody waits')).toBeUndefined();
    expect(segmind.posts).toEqual([]);
  });
});

/** Every stage of a job, while the test controls every clock. */
describe.skipIf(ON_POSTGRES)("a job's loop", () => {
  const stepsOf = (id: string) =>
    events.flatMap((event) => (event.name === 'stepped' && event.job.id === id ? event.job.state.name : []));

  it('goes from stage to stage until the job is closed', async () => {
    segmind.poll = async () => 'COMPLETED';
    await accept('whole');
    await pass(2_000);
    expect(stepsOf('whole')).toEqual(['submitting', 'submitted', 'rendered', 'delivering', 'delivered']);
    expect(await jobs.runner.find('whole')).toMatchObject({ interactionToken: '', endedAtMs: expect.any(Number) });
    expect(jobs.runner.load).toEqual({ waiting: 0, inFlight: 0 });
    expect(events[0]).toMatchObject({ name: 'accepted', job: { id: 'whole' } });
  });

  it('returns to the queue after a 429, keeps its hour, and ends with the image', async () => {
    const sentAtMs: number[] = [];
    segmind.answer = async (post) => {
      sentAtMs.push(monotonicNow());
      if (post === 1) throw new RateLimited(Date.now() + 30_000);
      return { requestId: 'r' };
    };
    segmind.poll = async () => 'COMPLETED';
    await accept('returned');
    await accept('next');
    await pass(1_000);
    expect(shown.get('returned')).toMatchObject({ phase: 'queued', place: 1, because: { name: 'paused' } });
    await pass(34_000);
    expect(segmind.posts).toEqual(['returned', 'returned', 'next']);
    expect((sentAtMs[1] ?? 0) - (sentAtMs[0] ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect(stepsOf('returned').slice(0, 4)).toEqual(['submitting', 'queued', 'submitting', 'submitted']);
  });

  it.each([-60 * MINUTE_MS, 60 * MINUTE_MS])(
    'is not affected when the wall clock is set by %i ms, in any stage',
    async (stepMs) => {
      await stop();
      start({ requestsPerMinute: 2 });
      let finish = () => {};
      segmind.download = () =>
        new Promise((resolve) => {
          finish = resolve;
        });
      segmind.poll = async () => 'COMPLETED';
      await accept('delivering');
      await pass(1_000);
      segmind.poll = async () => 'PROCESSING';
      for (const id of ['submitted', 'queued']) await accept(id);
      await pass(1_000);
      vi.setSystemTime(Date.now() + stepMs);
      segmind.poll = async () => 'COMPLETED';
      segmind.download = async () => {};
      finish();
      await pass(5_000);
      expect([...endings.keys()].toSorted()).toEqual(['delivering', 'submitted']);
      expect(segmind.posts).toHaveLength(2);
      await pass(58_000);
      expect([...endings.values()].map(({ name }) => name)).toEqual(Array(3).fill('delivered'));
    },
  );

  it('ends a job after an unexpected error, depending on what may have been sent', async () => {
    segmind.answer = async () => {
      throw new TypeError('a defect');
    };
    const insert = store.transition.bind(store);
    await accept('failed');
    await pass(1_000);
    expect(failureOf('failed')).toEqual({ kind: 'internal' });
    segmind.answer = async (post) => ({ requestId: `request-${post}` });
    store.transition = async (...given) => {
      if (given[2].name === 'submitted') throw new Error('a broken statement');
      return insert(...given);
    };
    await accept('sent');
    await pass(1_000);
    expect(endings.get('sent')).toEqual({ name: 'unknown' });
    expect(logged.lines.map(({ msg }) => msg)).toContain('job failed unexpectedly');
    expect(jobs.runner.load).toEqual({ waiting: 0, inFlight: 0 });
  });

  it('leaves a job queued, without a recorded POST, if the process stops while its permit is stored', async () => {
    let store = () => {};
    const held = new Promise<void>((resolve) => {
      store = resolve;
    });
    let isFirst = true;
    const writeExclusively: Database['writeExclusively'] = async (turn, work) => {
      const entry = await database.writeExclusively(turn, work);
      if (isFirst && turn === 'submit') {
        isFirst = false;
        await held;
      }
      return entry;
    };
    start({ database: { ...database, writeExclusively } });
    await accept('stored');
    await pass(100);
    stopping.abort(new Error('The process is stopping.'));
    const stopped = jobs.stop();
    store();
    await stopped;
    expect((await jobs.runner.find('stored'))?.state.name).toBe('queued');
    expect(await database.db.selectFrom('posts').selectAll().execute()).toEqual([]);
    expect(segmind.posts).toEqual([]);
  });

  it('adds no listener to the stop signal for a job, since each would make the next one slower', async () => {
    start({ maxInFlight: 10 });
    const before = getEventListeners(stopping.signal, 'abort').length;
    for (let index = 0; index < 20; index += 1) await accept(`job ${index}`);
    await pass(5_000);
    expect(segmind.posts).toHaveLength(10);
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(before);
    await stop();
  });

  it('waits with many other jobs without a listener warning, and leaves nothing scheduled after a stop', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    start({ maxInFlight: 1 });
    for (let index = 0; index < 20; index += 1) await accept(`job ${index}`);
    await pass(5_000);
    await stop();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    expect((await jobs.runner.find('job 19'))?.state.name).toBe('queued');
  });
});
