import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Circuit, type CircuitState, reasonOf } from '../../../src/jobs/permits/circuit.ts';
import {
  InferenceFailed,
  InsufficientCredits,
  ModelForbidden,
  ModelNotFound,
  ModelRetired,
  ParameterRejected,
  RateLimited,
  RequestTimeout,
  ServerError,
  SpendLimitReached,
  Unauthorized,
} from '../../../src/segmind/errors.ts';
import { monotonicNow } from '../../../src/time.ts';

const MINUTE_MS = 60_000;

/** A circuit with a balance that the test sets (an Error: the call fails), and a record of what it did. */
function circuitWith(balance: { usd: number | Error }) {
  const changes: CircuitState[] = [];
  const calls: number[] = [];
  const circuit = new Circuit(async () => {
    calls.push(monotonicNow());
    if (balance.usd instanceof Error) throw balance.usd;
    return { creditsUsd: balance.usd / 2, freeCreditsUsd: balance.usd / 2 };
  });
  const trials: string[] = [];
  circuit.watch({
    onChange: (state) => changes.push(state),
    onTrialFailed: () => trials.push('failed'),
    onTrialAllowed: () => trials.push('allowed'),
  });
  return { circuit, changes, calls, trials };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const TRIPPING: [reason: string, error: Error][] = [
  ['credits', new InsufficientCredits(402, '')],
  ['spend_limit', new SpendLimitReached(406, '')],
  ['unauthorized', new Unauthorized('')],
  ['forbidden', new ModelForbidden('')],
  ['model_not_found', new ModelNotFound('')],
  ['model_retired', new ModelRetired('')],
];
const TRIED = TRIPPING.filter(([reason]) => reason !== 'credits' && reason !== 'unauthorized');

describe('the circuit', () => {
  it('allows a trial 1 and 2 minutes after a gateway outage, and then every 5', () => {
    const { circuit } = circuitWith({ usd: 0 });
    circuit.open('gateway_trouble');
    const trials: number[] = [];
    for (let minute = 1; minute <= 20; minute += 1) {
      vi.advanceTimersByTime(MINUTE_MS);
      if (circuit.admit() !== 'trial') continue;
      trials.push(minute);
      circuit.open('gateway_trouble');
    }
    expect(trials).toEqual([1, 3, 8, 13, 18]);
  });

  it.each(TRIPPING)('opens for %s and admits nothing more', (reason, error) => {
    const { circuit, changes } = circuitWith({ usd: 0 });
    expect(circuit.admit()).toBe('yes');
    expect(reasonOf(error)).toBe(reason);
    circuit.trip(error);
    expect(circuit.state).toEqual({ open: true, reason, sinceMs: monotonicNow() });
    expect(changes).toEqual([circuit.state]);
    expect(circuit.admit()).toBe('no');
    circuit.close();
  });

  it.each([
    new RateLimited(undefined),
    new ServerError(500, ''),
    new ParameterRejected(''),
    new InferenceFailed('x', ''),
    new Error('else'),
    'text',
  ])('stays closed after %s', (error) => {
    const { circuit, changes } = circuitWith({ usd: 0 });
    circuit.trip(error);
    expect(circuit.admit()).toBe('yes');
    expect(changes).toEqual([]);
  });

  it('keeps its time when it trips again, and takes the new reason', async () => {
    const { circuit, changes } = circuitWith({ usd: 0 });
    const sinceMs = monotonicNow();
    circuit.trip(new ModelForbidden(''));
    await vi.advanceTimersByTimeAsync(1000);
    circuit.trip(new ModelForbidden(''));
    expect(changes).toHaveLength(1);
    circuit.trip(new ModelRetired(''));
    expect(circuit.state).toEqual({ open: true, reason: 'model_retired', sinceMs });
    expect(changes).toHaveLength(2);
  });
});

describe('open for credits, the circuit', () => {
  it('checks the balance every 2 minutes and closes at US$ 0.05 while no cost is known', async () => {
    const balance = { usd: 0.049 };
    const { circuit, changes, calls } = circuitWith(balance);
    circuit.trip(new InsufficientCredits(406, ''));
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS - 1);
    expect(calls).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS + 1);
    expect(calls).toHaveLength(2);
    expect(circuit.admit()).toBe('no');
    balance.usd = 0.05;
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(circuit.state).toEqual({ open: false });
    expect(circuit.admit()).toBe('yes');
    expect(changes).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('needs the highest of the last 20 costs', async () => {
    const balance = { usd: 0.29 };
    const { circuit } = circuitWith(balance);
    for (const cost of [9, 0.01, 0.3, ...Array(18).fill(0.01)]) circuit.recordCost(cost);
    circuit.trip(new InsufficientCredits(406, ''));
    expect(await circuit.checkAgain()).toBe(false);
    balance.usd = 0.3;
    expect(await circuit.checkAgain()).toBe(true);
  });

  it('stays open while the balance can’t be fetched, and keeps trying', async () => {
    const balance: { usd: number | Error } = { usd: new RequestTimeout(15_000) };
    const { circuit, calls } = circuitWith(balance);
    circuit.trip(new InsufficientCredits(406, ''));
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect(calls).toHaveLength(5);
    expect(circuit.state.open).toBe(true);
    balance.usd = 1;
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(circuit.state.open).toBe(false);
  });

  it('is not closed by the success of a job that was submitted before', () => {
    const { circuit } = circuitWith({ usd: 0 });
    circuit.trip(new InsufficientCredits(406, ''));
    circuit.endTrial('passed');
    expect(circuit.admit()).toBe('no');
    circuit.close();
  });

  it('is not closed by a check that began before it opened for another reason', async () => {
    let answer = (_: { creditsUsd: number; freeCreditsUsd: number }) => {};
    const circuit = new Circuit(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    circuit.trip(new InsufficientCredits(406, ''));
    const checking = circuit.checkAgain();
    circuit.trip(new ModelForbidden(''));
    answer({ creditsUsd: 5, freeCreditsUsd: 0 });
    expect(await checking).toBe(false);
    expect(circuit.state).toMatchObject({ open: true, reason: 'forbidden' });
    circuit.close();
  });

  it('makes one check for several callers', async () => {
    const { circuit, calls } = circuitWith({ usd: 1 });
    circuit.trip(new InsufficientCredits(406, ''));
    expect(await Promise.all([circuit.checkAgain(), circuit.checkAgain()])).toEqual([true, true]);
    expect(calls).toHaveLength(1);
  });
});

describe('open for a bad key, the circuit', () => {
  it('checks every 5 minutes and closes as soon as the key works, whatever the balance', async () => {
    const balance: { usd: number | Error } = { usd: new Unauthorized('') };
    const { circuit, calls } = circuitWith(balance);
    circuit.trip(new Unauthorized(''));
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect(calls).toHaveLength(2);
    expect(circuit.admit()).toBe('no');
    balance.usd = 0;
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(circuit.admit()).toBe('yes');
  });
});

describe('open for a reason that needs a trial, the circuit', () => {
  it.each(TRIED)('(%s) lets one job through every 15 minutes, and none in between', async (_, error) => {
    const { circuit, calls } = circuitWith({ usd: 100 });
    circuit.trip(error);
    await vi.advanceTimersByTimeAsync(15 * MINUTE_MS - 1);
    expect([circuit.isTrialDue, circuit.admit()]).toEqual([false, 'no']);
    await vi.advanceTimersByTimeAsync(1);
    expect([circuit.isTrialDue, circuit.admit()]).toEqual([true, 'trial']);
    expect([circuit.isTrialDue, circuit.admit()]).toEqual([false, 'no']);
    circuit.trip(error);
    await vi.advanceTimersByTimeAsync(15 * MINUTE_MS);
    expect(circuit.admit()).toBe('trial');
    circuit.endTrial('passed');
    expect(circuit.state).toEqual({ open: false });
    expect(calls).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(TRIED)('(%s) is not closed by a success without a trial', (_, error) => {
    const { circuit } = circuitWith({ usd: 100 });
    circuit.trip(error);
    circuit.endTrial('passed');
    expect(circuit.admit()).toBe('no');
  });

  it('allows the next trial at once when the last was inconclusive', async () => {
    const { circuit } = circuitWith({ usd: 100 });
    circuit.trip(new ModelForbidden(''));
    await vi.advanceTimersByTimeAsync(15 * MINUTE_MS);
    expect(circuit.admit()).toBe('trial');
    expect(circuit.isTrialUnderWay).toBe(true);
    circuit.endTrial('inconclusive');
    expect([circuit.isTrialUnderWay, circuit.admit()]).toEqual([false, 'trial']);
    circuit.trip(new ModelForbidden(''));
    circuit.endTrial('passed');
    expect(circuit.state.open).toBe(true);
  });

  it('allows the next trial 15 minutes after one of another process', async () => {
    const { circuit } = circuitWith({ usd: 100 });
    circuit.trip(new ModelForbidden(''));
    await vi.advanceTimersByTimeAsync(15 * MINUTE_MS);
    expect(circuit.admit()).toBe('trial');
    circuit.dropTrial();
    await vi.advanceTimersByTimeAsync(15 * MINUTE_MS - 1);
    expect([circuit.isTrialUnderWay, circuit.admit()]).toEqual([false, 'no']);
    await vi.advanceTimersByTimeAsync(1);
    expect(circuit.admit()).toBe('trial');
  });

  it('allows a trial at once after "check again"', async () => {
    const { circuit } = circuitWith({ usd: 100 });
    circuit.trip(new SpendLimitReached(406, ''));
    expect(await circuit.checkAgain()).toBe(true);
    expect(circuit.admit()).toBe('trial');
    expect(circuit.admit()).toBe('no');
  });
});

describe('a restored state', () => {
  it('of credits is checked at once', async () => {
    const { circuit, changes, calls } = circuitWith({ usd: 1 });
    circuit.restore({ open: true, reason: 'credits', sinceMs: monotonicNow() - MINUTE_MS }, 0);
    expect(circuit.admit()).toBe('no');
    expect(changes).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toHaveLength(1);
    expect(circuit.admit()).toBe('yes');
  });

  it('of a spend limit allows a trial when it is due', async () => {
    const { circuit } = circuitWith({ usd: 1 });
    const nextTrialMs = monotonicNow() + MINUTE_MS;
    circuit.restore({ open: true, reason: 'spend_limit', sinceMs: monotonicNow() - 14 * MINUTE_MS }, nextTrialMs);
    expect(circuit.admit()).toBe('no');
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(circuit.admit()).toBe('trial');
  });

  it('that is closed admits jobs', () => {
    const { circuit } = circuitWith({ usd: 1 });
    circuit.restore({ open: false }, 0);
    expect(circuit.admit()).toBe('yes');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('closing down', () => {
  it('leaves nothing scheduled and aborts a check under way', async () => {
    let signal: AbortSignal | undefined;
    const circuit = new Circuit((options) => {
      signal = options.signal;
      return new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason)));
    });
    circuit.trip(new InsufficientCredits(402, ''));
    const checking = circuit.checkAgain();
    circuit.close();
    expect(await checking).toBe(false);
    expect(signal?.aborted).toBe(true);
    circuit.trip(new Unauthorized(''));
    expect(vi.getTimerCount()).toBe(0);
  });
});
