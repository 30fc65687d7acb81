import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Progress } from '../../../src/jobs/delivery.ts';
import type { JobIn } from '../../../src/jobs/job.ts';
import { Circuit } from '../../../src/jobs/permits/circuit.ts';
import type { PermitAnswer, WaitReason } from '../../../src/jobs/permits/permit.ts';
import { JobQueue, type QueueExit } from '../../../src/jobs/queue/job-queue.ts';
import { InsufficientCredits, ModelForbidden } from '../../../src/segmind/errors.ts';
import { makeJobIn, recordedLog } from '../../support/job-fixtures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Choose = () => JobIn<'queued'> | undefined;

/** Permits that the test grants, one request at a time. */
function fakePermits() {
  const fake = {
    canRequest: true,
    waitReason: undefined as WaitReason | undefined,
    requests: 0,
    onChange: () => {},
    /** Answers the pending request. */
    answer: async (_: (job: JobIn<'queued'> | undefined) => PermitAnswer): Promise<string | undefined> => {
      throw new Error('No permit was asked for.');
    },
    fail: (_: Error, _hasChosen = false) => {},
    watch: (onChange: () => void) => {
      fake.onChange = onChange;
    },
    request: (choose: Choose) =>
      new Promise<PermitAnswer>((resolve, reject) => {
        fake.requests += 1;
        fake.answer = async (answerFor) => {
          const job = choose();
          resolve(answerFor(job));
          await vi.advanceTimersByTimeAsync(0);
          return job?.id;
        };
        fake.fail = (error, hasChosen = false) => {
          if (hasChosen) choose();
          reject(error);
        };
      }),
  };
  return fake;
}

const granted = (job: JobIn<'queued'> | undefined): PermitAnswer =>
  job ? { name: 'granted', job: { ...job, state: { name: 'submitting', submittingAtMs: 1 } } } : { name: 'unused' };
const wait = (): PermitAnswer => ({ name: 'wait', untilMs: undefined, because: { name: 'budget' } });

let permits: ReturnType<typeof fakePermits>;
let circuit: Circuit;
let queue: JobQueue;
let stopping: AbortController;
let shown: Map<string, Progress>;
let shows: number;
let elsewhere: number[];
let logged: ReturnType<typeof recordedLog>;
/** How jobs have left the queue, by id. */
let left: Map<string, QueueExit | Error>;

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const jobOf = (id: string, change: Partial<JobIn<'queued'>['state']> = {}) =>
  makeJobIn(
    { name: 'queued', queuedAtMs: Date.now(), isFirst: false, hasRetried: false, ...change },
    { id, requesterId: id.charAt(0) },
  );
function join(...jobs: JobIn<'queued'>[]): void {
  for (const job of jobs) {
    queue.wait(job).then(
      (turn) => left.set(job.id, turn),
      (error: Error) => left.set(job.id, error),
    );
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  permits = fakePermits();
  circuit = new Circuit(async () => ({ creditsUsd: 0, freeCreditsUsd: 0 }));
  circuit.watch({ onChange: () => queue.refresh(), onTrialFailed() {}, onTrialAllowed: () => queue.refresh() });
  stopping = new AbortController();
  shown = new Map();
  shows = 0;
  elsewhere = [];
  left = new Map();
  logged = recordedLog();
  queue = new JobQueue({
    permits,
    circuit,
    delivery: {
      showProgress(job, progress) {
        shows += 1;
        shown.set(job.id, progress);
      },
    },
    queuedElsewhere: () => elsewhere,
    requestsPerMinute: 5,
    queueLimit: 10,
    log: logged.log,
    signal: stopping.signal,
  });
});

afterEach(() => {
  stopping.abort(new Error('stopping'));
  circuit.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a job that is about to be queued', () => {
  it('has a reserved place until it is queued or forgotten', async () => {
    const job = jobOf('a');
    queue.reservePlace(job);
    expect([queue.pending.map(({ id }) => id), queue.room, queue.size]).toEqual([['a'], 9, 0]);
    join(job);
    expect([queue.pending.map(({ id }) => id), queue.room, queue.size]).toEqual([['a'], 9, 1]);
    queue.reservePlace(jobOf('b'));
    queue.forget('b');
    expect([queue.pending.map(({ id }) => id), queue.room]).toEqual([['a'], 9]);
  });

  it('is cancelled instead, once, by the last who cancels it', async () => {
    queue.reservePlace(jobOf('a'));
    expect(queue.cancel('a', 'member')).toBe(true);
    expect(queue.cancel('a', 'moderator')).toBe(true);
    expect(queue.pending).toHaveLength(1);
    expect(await queue.wait(jobOf('a'))).toEqual({ name: 'cancelled', cancelledBy: 'moderator' });
    expect([queue.pending, queue.size, permits.requests]).toEqual([[], 0, 0]);
  });

  it('is not cancelled by another id, before its place is reserved, or after it has left', async () => {
    expect(queue.cancel('a', 'member')).toBe(false);
    queue.reservePlace(jobOf('a'));
    expect(queue.cancel('b', 'member')).toBe(false);
    join(jobOf('a'));
    await permits.answer(granted);
    expect(queue.cancel('a', 'member')).toBe(false);
    expect(left.get('a')).toMatchObject({ name: 'granted', job: { id: 'a' } });
  });

  it('is forgotten with its cancel if it is never queued', async () => {
    queue.reservePlace(jobOf('a'));
    queue.cancel('a', 'member');
    queue.forget('a');
    join(jobOf('a'));
    await pass(1);
    expect(left.size).toBe(0);
  });
});

describe('the next job', () => {
  it('is chosen when the permit can be granted', async () => {
    join(jobOf('a1'), jobOf('a2'));
    expect(permits.requests).toBe(1);
    queue.cancel('a1', 'member');
    join(jobOf('b1', { isFirst: true }));
    expect(permits.requests).toBe(1);
    expect(await permits.answer(granted)).toBe('b1');
    expect(await permits.answer(granted)).toBe('a2');
    expect(left.get('a1')).toEqual({ name: 'cancelled', cancelledBy: 'member' });
    expect(permits.requests).toBe(2);
  });

  it('stays the same when it has to wait', async () => {
    join(jobOf('a1'), jobOf('b1'));
    await permits.answer(wait);
    expect([left.size, queue.size]).toEqual([0, 2]);
    expect(await permits.answer(granted)).toBe('a1');
  });

  it('does not exist when all have left: then no permit is requested', async () => {
    join(jobOf('a'));
    queue.cancel('a', 'member');
    expect(await permits.answer(granted)).toBeUndefined();
    await pass(HOUR_MS);
    expect(permits.requests).toBe(1);
  });

  it('is not chosen while no permit can be requested, also after one was not used', async () => {
    permits.canRequest = false;
    join(jobOf('a'));
    expect(permits.requests).toBe(0);
    permits.canRequest = true;
    permits.onChange();
    permits.canRequest = false;
    await permits.answer(() => ({ name: 'unused' }));
    await pass(MINUTE_MS);
    expect([permits.requests, queue.size]).toEqual([1, 1]);
    permits.canRequest = true;
    permits.onChange();
    expect(await permits.answer(granted)).toBe('a');
  });

  it('leaves the queue as lost if it was changed elsewhere', async () => {
    join(jobOf('a'));
    await permits.answer(() => ({ name: 'lost' }));
    expect([left.get('a'), queue.size]).toEqual([{ name: 'lost' }, 0]);
  });

  it('is chosen again a second after a request failed, and only a job that was chosen fails', async () => {
    join(jobOf('a'), jobOf('b'));
    permits.fail(new Error('no database'));
    await pass(999);
    expect([permits.requests, left.size]).toEqual([1, 0]);
    expect(logged.lines.map(({ msg }) => msg)).toEqual(['submit slot failed']);
    await pass(1);
    expect(permits.requests).toBe(2);
    permits.fail(new Error('unreadable row'), true);
    await pass(1);
    expect(left.get('a')).toEqual(new Error('unreadable row'));
    expect(await permits.answer(granted)).toBe('b');
  });
});

describe('a job in the queue', () => {
  it('expires after an hour, also if its POST was under way meanwhile', async () => {
    const job = jobOf('a');
    join(job);
    await pass(30 * MINUTE_MS);
    await permits.answer(granted);
    left.clear();
    await pass(29 * MINUTE_MS);
    join({ ...job, state: { ...job.state, isFirst: true } });
    await pass(MINUTE_MS - 1);
    expect(left.size).toBe(0);
    await pass(1);
    expect(left.get('a')).toEqual({ name: 'expired' });
  });

  it.each([-HOUR_MS, -61_000, 61_000, HOUR_MS])(
    'waits equally long when the wall clock is set by %i ms, also before it is queued',
    async (stepMs) => {
      permits.canRequest = false;
      const [early, late] = [jobOf('a'), jobOf('b')];
      queue.reservePlace(early);
      queue.reservePlace(late);
      join(early);
      await pass(MINUTE_MS);
      vi.setSystemTime(Date.now() + stepMs);
      join(late);
      await pass(HOUR_MS - MINUTE_MS - 1);
      expect(left.size).toBe(0);
      await pass(1);
      expect(left.get('a')).toEqual({ name: 'expired' });
      await pass(MINUTE_MS);
      expect(left.get('b')).toEqual({ name: 'expired' });
    },
  );

  it('of an earlier process waits for the rest of its hour, and for one hour at most', async () => {
    permits.canRequest = false;
    for (const [id, ageMs] of Object.entries({ a: 59 * MINUTE_MS, b: 3 * HOUR_MS, c: -3 * HOUR_MS })) {
      const job = jobOf(id, { queuedAtMs: Date.now() - ageMs });
      queue.reservePlace(job, job.state.queuedAtMs);
      join(job);
    }
    await pass(0);
    expect([...left.keys()]).toEqual(['b']);
    await pass(MINUTE_MS);
    expect([...left.keys()]).toEqual(['b', 'a']);
    await pass(HOUR_MS - MINUTE_MS);
    expect([...left.keys()]).toEqual(['b', 'a', 'c']);
  });

  it('ends when the circuit was open for 15 minutes, or 16 if only a trial can close it', async () => {
    const stop = async (error: Error) => {
      circuit.trip(error);
      permits.canRequest = false;
      join(jobOf('a'));
    };
    await stop(new InsufficientCredits(402, ''));
    await pass(15 * MINUTE_MS - 1);
    expect(left.size).toBe(0);
    await pass(1);
    expect(left.get('a')).toEqual({ name: 'stopped', reason: 'credits' });
    circuit.adopt({ open: false }, 0);
    left.clear();
    await stop(new ModelForbidden(''));
    await pass(15 * MINUTE_MS);
    // Another process makes the trial.
    circuit.admit();
    circuit.dropTrial();
    await pass(MINUTE_MS - 1);
    expect(left.size).toBe(0);
    await pass(1);
    expect(left.get('a')).toEqual({ name: 'stopped', reason: 'forbidden' });
  });

  it('does not end while a trial is under way', async () => {
    circuit.trip(new ModelForbidden(''));
    permits.canRequest = false;
    join(jobOf('a'));
    await pass(15 * MINUTE_MS);
    expect(circuit.admit()).toBe('trial');
    await pass(5 * MINUTE_MS);
    expect(left.size).toBe(0);
    circuit.endTrial('passed');
    await pass(HOUR_MS / 2);
    expect(left.size).toBe(0);
  });

  it('leaves nothing scheduled when the process stops', async () => {
    join(jobOf('a'), jobOf('b'));
    circuit.trip(new ModelForbidden(''));
    stopping.abort(new Error('stopping'));
    expect(vi.getTimerCount()).toBe(0);
    queue.refresh();
    expect([vi.getTimerCount(), permits.requests]).toEqual([0, 1]);
  });
});

describe('what members see', () => {
  it('is each job’s place, and why it waits, once for several changes', async () => {
    permits.canRequest = false;
    permits.waitReason = { name: 'budget' };
    for (let index = 0; index < 6; index += 1) join(jobOf(String.fromCharCode(97 + index)));
    await pass(100);
    expect(shows).toBe(6);
    expect(shown.get('a')).toEqual({
      phase: 'queued',
      place: 1,
      waiting: 6,
      aboutMinutes: 1,
      because: { name: 'budget' },
    });
    expect(shown.get('f')).toMatchObject({ place: 6, aboutMinutes: 2 });
    permits.waitReason = undefined;
    permits.onChange();
    await pass(100);
    expect(shown.get('a')).not.toHaveProperty('because');
  });

  it('is an estimate while other processes have queued jobs, since they take turns', async () => {
    permits.canRequest = false;
    elsewhere = [1, 3];
    join(jobOf('a'), jobOf('b'), jobOf('c'));
    await pass(100);
    expect([...shown.values()]).toMatchObject([
      { place: 1, waiting: 7, isAbout: true },
      { place: 4, waiting: 7 },
      { place: 6, waiting: 7 },
    ]);
    expect([queue.room, queue.maxQueuedElsewhere, queue.aboutMinutes]).toEqual([3, 7, 2]);
  });
});
