import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CriticalWork } from '../../../src/jobs/critical-work.ts';
import type { JobIn } from '../../../src/jobs/job.ts';
import { Circuit } from '../../../src/jobs/permits/circuit.ts';
import type { SubmitHold } from '../../../src/jobs/permits/hold.ts';
import type { GrantResult, SubmitLedger } from '../../../src/jobs/permits/ledger.ts';
import { Permits } from '../../../src/jobs/permits/permits.ts';
import { InsufficientCredits, ModelForbidden } from '../../../src/segmind/errors.ts';
import { DatabaseBusy } from '../../../src/storage/errors.ts';
import { monotonicNow } from '../../../src/time.ts';
import { makeJobIn, recordedLog } from '../../support/job-fixtures.ts';
import { rejectionOf } from '../../support/loopback.ts';

const MINUTE_MS = 60_000;
const NO_HOLD: SubmitHold = { circuit: { open: false }, nextTrialMs: 0, pausedUntilMs: 0 };
const queued = { name: 'queued', queuedAtMs: 0, isFirst: false, hasRetried: true } as const;
const jobOf = (id: string) => makeJobIn(queued, { id });
const [a, b] = [jobOf('a'), jobOf('b')];

let permits: Permits;
let circuit: Circuit;
let hasGatewayTrouble: boolean;
let criticalWork: CriticalWork;
let stopping: AbortController;
let stored: SubmitHold;
let calls: string[];
let changes: number;
/** Answers the ledger's grant for this job. */
let grant: (job: JobIn<'queued'>, limits: Parameters<SubmitLedger['grant']>[1]) => Promise<GrantResult>;
let settle: () => Promise<void>;

const granted = (job: JobIn<'queued'>): GrantResult => ({
  name: 'granted',
  job: { ...job, state: { name: 'submitting', submittingAtMs: 1 } },
  postId: 7,
  requestedAtMs: monotonicNow(),
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const request = (job: JobIn<'queued'> | undefined = a) => permits.request(() => job);
/** Submits one at a time, as the limiter does. */
let running: Promise<void>;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  vi.advanceTimersByTime(1_000);
  stored = NO_HOLD;
  calls = [];
  changes = 0;
  running = Promise.resolve();
  hasGatewayTrouble = false;
  grant = async (job) => granted(job);
  settle = async () => {};
  circuit = new Circuit(async () => ({ creditsUsd: 0, freeCreditsUsd: 0 }));
  criticalWork = new CriticalWork();
  stopping = new AbortController();
  permits = new Permits({
    ledger: {
      load: async () => void calls.push('load'),
      grant: (job, limits) => grant(job, limits),
      revoke: async ({ postId }, { id }) => void calls.push(`revoke ${postId} of ${id}`),
      settle: async (postId, outcome) => {
        calls.push(`settle ${postId} ${outcome}`);
        await settle();
      },
      withdraw: async (postId) => void calls.push(`withdraw ${postId}`),
      hasGatewayTrouble: async () => hasGatewayTrouble,
    },
    holds: {
      load: async () => stored,
      saveCircuit: async (state) => void calls.push(`save ${state.open ? state.reason : 'closed'}`),
      allowTrial: async () => void calls.push('allow trial'),
      pause: async (ms) => void calls.push(`pause ${ms}`),
    },
    limiter: {
      async acquire() {
        const before = running;
        let release = () => {};
        running = new Promise((resolve) => {
          release = resolve;
        });
        await before;
        calls.push('acquired');
        return () => {
          calls.push('released');
          release();
        };
      },
    },
    circuit,
    criticalWork,
    fairDelay: undefined,
    requestsPerMinute: 3,
    maxInFlight: 2,
    log: recordedLog().log,
    signal: stopping.signal,
  });
  permits.watch(() => {
    changes += 1;
  });
});

afterEach(() => {
  stopping.abort(new Error('stopping'));
  circuit.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a permit', () => {
  it('is granted to the job that is chosen at that moment, and delays the next one until it is released', async () => {
    expect(await request(a)).toMatchObject({ name: 'granted', job: { id: 'a', state: { name: 'submitting' } } });
    let chosen = 0;
    const second = permits.request(() => {
      chosen += 1;
      return b;
    });
    await pass(MINUTE_MS);
    expect([chosen, permits.inFlight]).toEqual([0, 1]);
    const permit = permits.take('a');
    expect(permit).toMatchObject({ postId: 7, isTrial: false, queued });
    expect(permits.take('a')).toBeUndefined();
    permit?.release();
    expect(await second).toMatchObject({ name: 'granted', job: { id: 'b' } });
    expect(permits.inFlight).toBe(2);
  });

  it('that is never taken is released with its job', async () => {
    await request(a);
    const second = request(b);
    permits.release('a');
    expect(await second).toMatchObject({ name: 'granted' });
    expect([permits.inFlight, changes]).toEqual([1, 1]);
    permits.release('a');
    expect(changes).toBe(1);
  });

  it('is not used when no job is queued, or none can be requested any more', async () => {
    expect(await permits.request(() => undefined)).toEqual({ name: 'unused' });
    await request(a);
    const second = permits.request(() => {
      throw new Error('nobody is to be chosen');
    });
    permits.hold(1_000);
    permits.take('a')?.release();
    expect(await second).toEqual({ name: 'unused' });
    expect(calls).toEqual(['acquired', 'released', 'acquired', 'released', 'acquired', 'released']);
    await pass(1_000);
  });

  it('is requested only while few enough jobs are in flight, including those of an earlier process', async () => {
    permits.countInFlight('earlier');
    expect(permits.canRequest).toBe(true);
    grant = async (job, { maxInFlightElsewhere }) => {
      calls.push(`elsewhere ${maxInFlightElsewhere}`);
      return granted(job);
    };
    await request();
    expect(calls).toContain('elsewhere 0');
    expect([permits.canRequest, permits.inFlight]).toEqual([false, 2]);
    permits.release('earlier');
    expect([permits.canRequest, changes]).toEqual([true, 1]);
  });

  it('is lost with its job, and lets the next one begin', async () => {
    grant = async () => ({ name: 'lost' });
    expect(await request()).toEqual({ name: 'lost' });
    expect([permits.inFlight, permits.canRequest, calls]).toEqual([0, true, ['acquired', 'released']]);
  });

  it('is retried while the database is busy; any other failure reaches the caller', async () => {
    let tries = 0;
    grant = async (job) => {
      tries += 1;
      if (tries === 1) throw new DatabaseBusy();
      return granted(job);
    };
    const granting = request();
    await pass(500);
    expect(await granting).toMatchObject({ name: 'granted' });
    permits.release('a');
    grant = async () => {
      throw new Error('no such table');
    };
    await expect(request()).rejects.toThrow('no such table');
    expect([permits.inFlight, calls.at(-1)]).toEqual([0, 'released']);
  });

  it('is revoked if the process stops while it is being stored, and the stop waits for that', async () => {
    let store = () => {};
    grant = (job) =>
      new Promise((resolve) => {
        store = () => resolve(granted(job));
      });
    const failed = rejectionOf(request());
    await pass(0);
    stopping.abort(new Error('stopping'));
    const drained = criticalWork.drain(8_000).then(() => calls.push('drained'));
    await pass(100);
    store();
    expect(await failed).toMatchObject({ message: 'stopping' });
    await drained;
    expect(calls).toEqual(['acquired', 'revoke 7 of a', 'released', 'drained']);
    expect([permits.take('a'), permits.inFlight]).toEqual([undefined, 0]);
  });

  it('is not granted after the process has stopped', async () => {
    stopping.abort(new Error('stopping'));
    await expect(request()).rejects.toThrow('stopping');
    expect(calls).toEqual(['acquired', 'released']);
  });

  it('is settled or withdrawn in the ledger, however busy the database is', async () => {
    await request();
    const permit = permits.take('a');
    if (!permit) throw new Error('no permit');
    let isBusy = true;
    settle = async () => {
      if (isBusy) throw new DatabaseBusy();
    };
    const settled = permits.settle(permit, 'accepted', true);
    await pass(400);
    isBusy = false;
    await pass(100);
    await settled;
    await permits.withdraw(permit);
    permit.release();
    expect(calls).toEqual(['acquired', 'settle 7 accepted', 'settle 7 accepted', 'withdraw 7', 'released']);
  });
});

describe('why a job waits', () => {
  it.each(['budget', 'in_flight_limit'] as const)(
    'is the %s, until the time that the ledger names',
    async (because) => {
      const untilMs = monotonicNow() + 5_000.5;
      grant = async () => ({ name: 'wait', untilMs, because });
      expect(await request()).toEqual({ name: 'wait', untilMs, because: { name: because } });
      expect([permits.waitReason, permits.canRequest, permits.inFlight]).toEqual([{ name: because }, false, 0]);
      await pass(5_000);
      expect([permits.canRequest, changes]).toEqual([false, 0]);
      await pass(1);
      expect([permits.waitReason, permits.canRequest, changes]).toEqual([undefined, true, 1]);
    },
  );

  it('is a pause, whose end is a wall-clock time, also after the clock was set', async () => {
    const pausing = permits.pause(30_000);
    expect(permits.waitReason).toEqual({ name: 'paused', untilMs: Date.now() + 30_000 });
    await pausing;
    expect(calls).toEqual(['pause 30000']);
    vi.setSystemTime(Date.now() - 60 * MINUTE_MS);
    await pass(29_999);
    expect(permits.canRequest).toBe(false);
    await pass(1);
    expect([permits.canRequest, changes]).toEqual([true, 1]);
  });

  it('is the later of two pauses, also for the ledger, when a permit is requested at that moment', async () => {
    let ask = () => {};
    grant = async (_, { getHold }) => {
      await new Promise<void>((resolve) => {
        ask = resolve;
      });
      return { name: 'wait', untilMs: getHold().pausedUntilMs, because: 'paused' };
    };
    const asked = request();
    await pass(0);
    const untilMs = monotonicNow() + 60_000;
    await permits.pause(60_000);
    await permits.pause(1_000);
    ask();
    expect(await asked).toMatchObject({ name: 'wait', untilMs });
    await pass(59_999);
    expect(permits.canRequest).toBe(false);
    await pass(1);
  });

  it('is the open circuit, before all others', async () => {
    permits.hold(1_000);
    circuit.trip(new InsufficientCredits(402, ''));
    expect(permits.waitReason).toEqual({ name: 'stopped', reason: 'credits' });
    expect(permits.canRequest).toBe(false);
    expect([changes, calls]).toEqual([1, ['save credits']]);
    await pass(1_000);
  });

  it('is loaded at the start, and adopted from other processes', async () => {
    stored = {
      circuit: { open: true, reason: 'forbidden', sinceMs: 0 },
      nextTrialMs: monotonicNow() + 2_000,
      pausedUntilMs: monotonicNow() + 1_000,
    };
    await permits.restore();
    expect(permits.waitReason).toEqual({ name: 'stopped', reason: 'forbidden' });
    permits.adopt({ ...NO_HOLD, pausedUntilMs: stored.pausedUntilMs });
    expect(permits.waitReason).toMatchObject({ name: 'paused' });
    await pass(1_000);
    expect([permits.waitReason, permits.canRequest]).toEqual([undefined, true]);
  });
});

describe('the trial of an open circuit', () => {
  const open = async () => {
    circuit.trip(new ModelForbidden(''));
    await pass(15 * MINUTE_MS);
  };
  const takeTrial = async () => {
    await request();
    const permit = permits.take('a');
    permit?.release();
    if (!permit?.isTrial) throw new Error('It is no trial.');
    return permit;
  };

  it('closes the circuit when it passes', async () => {
    await open();
    await permits.settle(await takeTrial(), 'accepted', true);
    expect([circuit.state.open, calls.at(-2), calls.at(-1)]).toEqual([false, 'settle 7 accepted', 'save closed']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['tells nothing', async () => permits.settle(await takeTrial(), 'rate_limited', false)],
    ['is not sent', async () => permits.withdraw(await takeTrial())],
    [
      'has to wait',
      async () => {
        grant = async () => ({ name: 'wait', untilMs: monotonicNow() + 10, because: 'budget' });
        await request();
        await pass(10);
      },
    ],
    [
      'fails to be stored',
      async () => {
        grant = async () => {
          throw new Error('no such table');
        };
        await rejectionOf(request());
      },
    ],
  ])('is allowed again at once when it %s', async (_, run) => {
    await open();
    await run();
    expect([circuit.isTrialDue, circuit.isTrialUnderWay, permits.canRequest]).toEqual([true, false, true]);
  });

  it.each(['foreign', 'unknown'] as const)(
    'fails when its outcome is %s: the next one is not due at once',
    async (outcome) => {
      await open();
      await permits.settle(await takeTrial(), outcome, false);
      expect([circuit.isTrialDue, circuit.isTrialUnderWay]).toEqual([false, false]);
      expect(circuit.state).toMatchObject({ open: true, reason: 'forbidden' });
      await pass(15 * MINUTE_MS);
      hasGatewayTrouble = true;
      await permits.settle(await takeTrial(), 'foreign', false);
      expect([circuit.isTrialDue, circuit.state]).toMatchObject([false, { open: true, reason: 'gateway_trouble' }]);
    },
  );

  it('waits until it is due by the database, if that is later than in this process', async () => {
    await open();
    const nextTrialMs = monotonicNow() + 50;
    grant = async () => ({ name: 'stopped', hold: { ...NO_HOLD, circuit: circuit.state, nextTrialMs } });
    expect(await request()).toMatchObject({ name: 'wait', untilMs: undefined, because: { name: 'stopped' } });
    expect([permits.canRequest, circuit.isTrialUnderWay, circuit.nextTrialMs]).toEqual([false, false, nextTrialMs]);
    await pass(50);
    expect(permits.canRequest).toBe(true);
  });
});
