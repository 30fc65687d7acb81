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
    /** Ends the request that waits, as its permit is real. */
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
/** How the waits of jobs have ended, by id. */
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

describe('a job that is about to wait', () => {
  it('takes a place, and is known, until it waits or is forgotten', async () => {
    const job = jobOf('a');
    queue.reservePlace(job);
    expect([queue.pending.map(({ id }) => id), queue.room, queue.size]).toEqual([['a'], 9, 0]);
    join(job);
    expect([queue.pending.map(({ id }) => id), queue.room, queue.size]).toEqual([['a'], 9, 1]);
    queue.reservePlace(jobOf('b'));
    queue.forget('b');
    expect([queue.pending.map(({ id }) => id), queue.room]).toEqual([['a'], 9]);
  });

  it('is cancelled instead, once, by the last who says so', async () => {
    queue.reservePlace(jobOf('a'));
    expect(queue.cancel('a', 'member')).toBe(true);
    expect(queue.cancel('a', 'moderator')).toBe(true);
    expect(queue.pending).toHaveLength(1);
    expect(await queue.wait(jobOf('a'))).toEqual({ name: 'cancelled', cancelledBy: 'moderator' });
    expect([queue.pending, queue.size, permits.requests]).toEqual([[], 0, 0]);
  });

  it('is not cancelled by another id, nor before it is expected or after it has left', async () => {
    expect(queue.cancel('a', 'member')).toBe(false);
    queue.reservePlace(jobOf('a'));
    expect(queue.cancel('b', 'member')).toBe(false);
    join(jobOf('a'));
    await permits.answer(granted);
    expect(queue.cancel('a', 'member')).toBe(false);
    expect(left.get('a')).toMatchObject({ name: 'granted', job: { id: 'a' } });
  });

  it('is forgotten with its cancel when it never comes', async () => {
    queue.reservePlace(jobOf('a'));
    queue.cancel('a', 'member');
    queue.forget('a');
    join(jobOf('a'));
    await pass(1);
    expect(left.size).toBe(0);
  });
});

describe('whose turn it is', () => {
  it('is decided when the permit is real', async () => {
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

  it('is still the same one that had to wait', async () => {
    join(jobOf('a1'), jobOf('b1'));
    await permits.answer(wait);
    expect([left.size, queue.size]).toEqual([0, 2]);
    expect(await permits.answer(granted)).toBe('a1');
  });

  it('is nobody when all have left: nothing is asked again by itself', async () => {
    join(jobOf('a'));
    queue.cancel('a', 'member');
    expect(await permits.answer(granted)).toBeUndefined();
    await pass(HOUR_MS);
    expect(permits.requests).toBe(1);
  });

  it('is not asked about while no permit may be asked for, also when one is not used', async () => {
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

  it('is over for a job that was changed elsewhere', async () => {
    join(jobOf('a'));
    await permits.answer(() => ({ name: 'lost' }));
    expect([left.get('a'), queue.size]).toEqual([{ name: 'lost' }, 0]);
  });

  it('is asked about again after a second when that failed, and only the job that was chosen fails', async () => {
    join(jobOf('a'), jobOf('b'));
    permits.fail(new Error('no database'));
    await pass(999);
    expect([permits.requests, left.size]).toEqual([1, 0]);
    expect(logged.lines.map(({ msg }) => msg)).toEqual(['submit permit failed']);
    await pass(1);
    expect(permits.requests).toBe(2);
    permits.fail(new Error('unreadable row'), true);
    await pass(1);
    expect(left.get('a')).toEqual(new Error('unreadable row'));
    expect(await permits.answer(granted)).toBe('b');
  });
});

describe('a job in the queue', () => {
  it('expires after an hour, also when it was away for a POST meanwhile', async () => {
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
    'waits as long as ever when the wall clock is set by %i ms, also before it waits',
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

  it('that an earlier process left waits for the rest of its hour, and for one hour at most', async () => {
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

  it('ends when the circuit was open for 15 minutes, and one more where only a trial can tell', async () => {
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
    // The trial is another process's.
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
  it('is where each job stands, and why it waits, once for many changes', async () => {
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

  it('is an estimate while jobs wait in other processes, each of which has its turn', async () => {
    permits.canRequest = false;
    elsewhere = [1, 3];
    join(jobOf('a'), jobOf('b'), jobOf('c'));
    await pass(100);
    expect([...shown.values()]).toMatchObject([
      { place: 1, waiting: 7, isAbout: true },
      { place: 4, waiting: 7 },
      { place: 6, waiting: 7 },
    ]);
    expect([queue.room, queue.mayWaitElsewhere, queue.aboutMinutes]).toEqual([3, 7, 2]);
  });
});
