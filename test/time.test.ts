import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { epochOf, monotonicNow, msLeft, type RetryOptions, retry, withTimeout } from '../src/time.ts';

const START_MS = Date.UTC(2026, 10, 22);

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

const PAUSES = { firstPauseMs: 100, longestPauseMs: 1_000 };

/** Lets so many tries fail, the first as number 1; says when each began, in milliseconds from the start, and how it ended. */
async function run(failures: number, options: Partial<RetryOptions> = {}) {
  const startMs = Date.now();
  const triedAtMs: number[] = [];
  const work = async () => {
    triedAtMs.push(Date.now() - startMs);
    if (triedAtMs.length <= failures) throw new Error(`failure ${triedAtMs.length}`);
    return 'done';
  };
  const outcome = retry(work, { ...PAUSES, ...options }).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return { triedAtMs, outcome: await outcome };
}

describe('retry', () => {
  const cases: [string, number, Partial<RetryOptions>, number[], unknown][] = [
    ['returns at once what succeeds', 0, {}, [0], 'done'],
    ['doubles its pauses up to the longest', 6, {}, [0, 100, 300, 700, 1_500, 2_500, 3_500], 'done'],
    ['makes no more than the tries that it is given', 9, { tries: 3 }, [0, 100, 300], new Error('failure 3')],
    ['succeeds with the last of its tries', 2, { tries: 3 }, [0, 100, 300], 'done'],
    [
      'begins no try after the time that it is given',
      9,
      { giveUpAfterMs: 1_499 },
      [0, 100, 300, 700],
      new Error('failure 4'),
    ],
    ['begins one at the very end of that time', 9, { giveUpAfterMs: 300 }, [0, 100, 300], new Error('failure 3')],
    [
      'gives up when a pause that an error asks for is too long',
      9,
      { giveUpAfterMs: 5_000, pauseFor: () => 5_001 },
      [0],
      new Error('failure 1'),
    ],
    [
      'throws what no retry can help',
      9,
      { shouldRetry: (error) => String(error).includes(' 1') },
      [0, 100],
      new Error('failure 2'),
    ],
    ['pauses as an error asks for', 3, { pauseFor: (_, growingMs) => growingMs + 5 }, [0, 105, 310, 715], 'done'],
    ['may go on without a pause', 2, { pauseFor: () => 0 }, [0, 0, 0], 'done'],
  ];
  it.each(cases)('%s', async (_, failures, options, triedAtMs, outcome) => {
    expect(await run(failures, options)).toEqual({ triedAtMs, outcome });
  });

  it('reports each failure that is followed by another try, with the pause', async () => {
    const reports: [string, number][] = [];
    await run(9, { tries: 3, onRetry: (error, pauseMs) => reports.push([String(error), pauseMs]) });
    expect(reports).toEqual([
      ['Error: failure 1', 100],
      ['Error: failure 2', 200],
    ]);
  });

  it('ends with the reason of its signal in the middle of a pause, and leaves nothing scheduled', async () => {
    const stop = new AbortController();
    const work = vi.fn(() => Promise.reject(new Error('failure')));
    const outcome = retry(work, { ...PAUSES, signal: stop.signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(250);
    stop.abort('stopped');
    expect(await outcome).toBe('stopped');
    expect(work).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  const LATE: [string, Partial<RetryOptions>, unknown][] = [
    ['a failure that could be retried', {}, 'stopped'],
    ['the last of its tries', { tries: 1 }, 'stopped'],
    ['a failure that no retry can help', { shouldRetry: () => false }, new Error('failure 1')],
  ];
  it.each(LATE)('tries once after its signal has aborted: %s', async (_, options, outcome) => {
    const signal = AbortSignal.abort('stopped');
    expect(await run(0, { ...options, signal })).toEqual({ triedAtMs: [0], outcome: 'done' });
    expect(await run(9, { ...options, signal })).toEqual({ triedAtMs: [0], outcome });
  });
});

describe('withTimeout', () => {
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const tooLong = () => new Error('too long');

  it('aborts the work when the time is over, or its parent aborts, and leaves nothing on the parent', async () => {
    const parent = new AbortController();
    const late = expect(withTimeout(1_000, tooLong, untilAborted, parent.signal)).rejects.toThrow('too long');
    await vi.advanceTimersByTimeAsync(1_000);
    await late;
    await withTimeout(1_000, tooLong, async () => {}, parent.signal);
    expect(getEventListeners(parent.signal, 'abort')).toEqual([]);
    const stopped = expect(withTimeout(1_000, tooLong, untilAborted, parent.signal)).rejects.toThrow('stopping');
    parent.abort(new Error('stopping'));
    await stopped;
    await expect(withTimeout(1_000, tooLong, untilAborted, parent.signal)).rejects.toThrow('stopping');
    expect(getEventListeners(parent.signal, 'abort')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('msLeft', () => {
  it.each([
    ['just now', 0, 10_000],
    ['a while ago', -4_000, 6_000],
    ['exactly so long ago', -10_000, 0],
    ['longer ago', -3_600_000, 0],
    ['ahead, before the clock was set back', 3_600_000, 10_000],
  ])('of 10 s since a moment %s', (_, sinceMs, leftMs) => {
    expect(msLeft(10_000, START_MS + sinceMs)).toBe(leftMs);
  });
});

describe('epochOf', () => {
  it('is what the wall clock shows at a monotonic moment, as it is set now', () => {
    const atMs = monotonicNow() + 5_000.4;
    expect(epochOf(atMs)).toBe(START_MS + 5_000);
    vi.advanceTimersByTime(2_000);
    expect(epochOf(atMs)).toBe(START_MS + 5_000);
    vi.setSystemTime(START_MS - 3_600_000);
    expect(epochOf(atMs)).toBe(START_MS - 3_600_000 + 3_000);
  });
});

describe('the monotonic clock', () => {
  it('does not move with the wall clock', () => {
    const beforeMs = monotonicNow();
    vi.setSystemTime(START_MS + 3_600_000);
    expect(monotonicNow()).toBe(beforeMs);
    vi.advanceTimersByTime(10);
    expect(monotonicNow()).toBe(beforeMs + 10);
  });
});
