import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ConnectionBroken,
  ConnectionFailed,
  ForeignAnswer,
  InferenceFailed,
  ModelForbidden,
  RateLimited,
  RequestNotFound,
  RequestTimeout,
  ResultUnreadable,
  ServerError,
  Unauthorized,
  UnexpectedStatus,
  UnreadableAnswer,
} from '../../src/segmind/errors.ts';
import { type FinishTimes, type Pollable, type PollOptions, poll } from '../../src/segmind/poller.ts';
import type { InferenceResult, InferenceState } from '../../src/segmind/result.ts';
import { monotonicNow } from '../../src/time.ts';
import { rejectionOf } from '../support/loopback.ts';

const RESULT: InferenceResult = {
  requestId: 'r1',
  images: [{ kind: 'url', url: 'https://x.test/1.jpg' }],
  metrics: {},
};
const START_MS = 1_700_000_000_000;

type Step = InferenceState | Error;

/** An inference that answers with these steps, repeating the last, and records when it is polled. */
function playing(statuses: Step[], results: (Error | 'images')[] = ['images']) {
  const asked: { what: 'status' | 'result'; atMs: number }[] = [];
  const next = <T>(steps: T[]) => (steps.length > 1 ? steps.shift() : steps[0]);
  const inference: Pollable = {
    requestId: 'r1',
    status: async () => {
      asked.push({ what: 'status', atMs: Date.now() - START_MS });
      const step = next(statuses);
      if (step === undefined || step instanceof Error) throw step;
      return { state: step, metrics: {} };
    },
    result: async () => {
      asked.push({ what: 'result', atMs: Date.now() - START_MS });
      const step = next(results);
      if (step instanceof Error) throw step;
      return RESULT;
    },
  };
  const start = (options: Partial<PollOptions> = {}) => poll(inference, { timeoutMs: 3_600_000, ...options });
  return { asked, start };
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('polling', () => {
  it('polls every second, reports each state once, and fetches the result at once', async () => {
    const { asked, start } = playing(['QUEUED', 'QUEUED', 'PROCESSING', 'PROCESSING', 'COMPLETED']);
    const states: InferenceState[] = [];
    const polling = start({ onState: (state) => states.push(state) });
    await vi.advanceTimersByTimeAsync(4000);
    expect(await polling).toBe(RESULT);
    expect(states).toEqual(['QUEUED', 'PROCESSING', 'COMPLETED']);
    expect(asked.map(({ what, atMs }) => [what, atMs])).toEqual([
      ['status', 0],
      ['status', 1000],
      ['status', 2000],
      ['status', 3000],
      ['status', 4000],
      ['result', 4000],
    ]);
  });

  it('fails when the inference failed, and when Segmind no longer knows it', async () => {
    const failed = new InferenceFailed('r1', 'nsfw');
    expect(await rejectionOf(playing([failed]).start())).toBe(failed);
    const gone = new RequestNotFound('r1', '');
    expect(await rejectionOf(playing([gone]).start({ ageMs: 10_000 }))).toBe(gone);
    expect(await rejectionOf(playing(['COMPLETED'], [gone]).start({ ageMs: 10_000 }))).toBe(gone);
  });

  it('polls again after a 404 in the first ten seconds, and ends with a later one', async () => {
    const gone = new RequestNotFound('r1', '');
    const late = playing([gone, gone, 'COMPLETED']);
    const polling = late.start();
    await vi.advanceTimersByTimeAsync(2500);
    expect(await polling).toBe(RESULT);
    expect(late.asked.map(({ atMs }) => atMs)).toEqual([0, 1000, 2500, 2500]);
    const failing = rejectionOf(playing([gone]).start());
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await failing).toBe(gone);
  });

  it('fetches a finished result without images three times, and reports it at once', async () => {
    const unreadable = new ResultUnreadable('r1', 'no image in it', ['output']);
    const troubles: unknown[] = [];
    const { asked, start } = playing(['COMPLETED'], [unreadable]);
    const failing = rejectionOf(start({ onTrouble: (error) => troubles.push(error) }));
    await vi.advanceTimersByTimeAsync(0);
    expect(troubles).toEqual([unreadable]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await failing).toBe(unreadable);
    expect(asked.map(({ what, atMs }) => [what, atMs])).toEqual([
      ['status', 0],
      ['result', 0],
      ['result', 1000],
      ['result', 2500],
    ]);
    expect(troubles).toHaveLength(1);
  });

  it.each([
    [new Unauthorized(''), 1],
    [new ModelForbidden(''), 1],
    [new ForeignAnswer(403, 'request', ''), 1],
    [new UnreadableAnswer(200, ['no JSON']), 1],
    [new Error('a defect'), 1],
    [new ForeignAnswer(404, 'request', ''), 0],
    [new ForeignAnswer(502, 'request', ''), 0],
    [new ServerError(503, ''), 0],
    [new RateLimited(undefined), 0],
    [new ConnectionBroken(new Error('reset')), 0],
  ])('reports %s %d times', async (error, times) => {
    const troubles: unknown[] = [];
    const polling = playing([error, error, error, 'COMPLETED']).start({ onTrouble: (met) => troubles.push(met) });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await polling).toBe(RESULT);
    expect(troubles).toEqual(Array(times).fill(error));
  });

  it.each([
    new ConnectionFailed(new Error('refused')),
    new ConnectionBroken(new Error('reset')),
    new RequestTimeout(15_000),
    new ServerError(500, ''),
    new ServerError(503, ''),
    new ForeignAnswer(404, 'request', ''),
    new ForeignAnswer(403, 'request', ''),
    new ForeignAnswer(502, 'request', ''),
    new UnreadableAnswer(200, ['not JSON']),
  ])('continues after %s, with pauses that grow to 15 s', async (error) => {
    const { asked, start } = playing([...Array(12).fill(error), 'COMPLETED'], [...Array(12).fill(error), 'images']);
    const polling = start();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(await polling).toBe(RESULT);
    expect(asked).toHaveLength(26);
    const gaps = asked.slice(1, 13).map(({ atMs }, index) => atMs - (asked[index]?.atMs ?? 0));
    expect(gaps[0]).toBe(1000);
    expect(Math.max(...gaps)).toBe(15_000);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  });

  it('starts with short pauses again after an answer', async () => {
    const error = new ServerError(502, '');
    const { asked, start } = playing([error, error, 'QUEUED', error, 'COMPLETED']);
    const polling = start();
    await vi.advanceTimersByTimeAsync(10_000);
    await polling;
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 1000, 2500, 3500, 4500, 4500]);
  });

  it.each([
    ['an answer', 'PROCESSING'],
    ['a failure', new ServerError(503, '')],
  ] as const)('pauses no shorter than it may after %s', async (_, step) => {
    const { asked, start } = playing([step, step, 'COMPLETED']);
    const running = start({ minPauseMs: () => 5_000 });
    await vi.advanceTimersByTimeAsync(10_000);
    await running;
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 5_000, 10_000, 10_000]);
  });

  it('waits for the reset that a 429 names', async () => {
    const { asked, start } = playing([new RateLimited(START_MS + 42_000), 'COMPLETED']);
    const polling = start();
    await vi.advanceTimersByTimeAsync(42_000);
    expect(await polling).toBe(RESULT);
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 42_000, 42_000]);
  });

  it.each([new Unauthorized(''), new ModelForbidden(''), new UnexpectedStatus(418, ''), new Error('a defect')])(
    'goes on slowly after %s',
    async (error) => {
      const { asked, start } = playing([error, error, 'COMPLETED']);
      const polling = start();
      await vi.advanceTimersByTimeAsync(120_000);
      expect(await polling).toBe(RESULT);
      expect(asked.map(({ atMs }) => atMs)).toEqual([0, 60_000, 120_000, 120_000]);
    },
  );
});

describe('a schedule', () => {
  const schedule = { firstMs: 2_000, nextMs: () => 700 };

  it('decides when to poll; a finished result is fetched at once, without a further status request', async () => {
    const { asked, start } = playing(['QUEUED', 'PROCESSING', 'PROCESSING', 'COMPLETED', 'COMPLETED']);
    const seen: unknown[] = [];
    const nextMs = (...given: unknown[]) => {
      seen.push(given);
      return schedule.nextMs();
    };
    const finished: FinishTimes[] = [];
    const polling = start({ schedule: { ...schedule, nextMs }, onFinished: (times) => finished.push(times) });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await polling).toBe(RESULT);
    expect(asked.map(({ what, atMs }) => [what, atMs])).toEqual([
      ['status', 2_000],
      ['status', 2_700],
      ['status', 3_400],
      ['status', 4_100],
      ['result', 4_100],
    ]);
    expect(seen).toEqual([
      [{ queuedAtMs: 2_000 }, 2_000],
      [{ queuedAtMs: 2_000, processingAtMs: 2_700 }, 2_700],
      [{ queuedAtMs: 2_000, processingAtMs: 2_700 }, 3_400],
    ]);
    expect(finished).toEqual([{ afterMs: 3_400, byMs: 4_100, queuedAtMs: 2_000 }]);
  });

  it('starts anew for a request that is queued again', async () => {
    const { start } = playing(['PROCESSING', 'QUEUED', 'PROCESSING', 'COMPLETED']);
    const seen: unknown[] = [];
    const nextMs = (states: unknown) => {
      seen.push(states);
      return schedule.nextMs();
    };
    const polling = start({ schedule: { ...schedule, nextMs } });
    await vi.advanceTimersByTimeAsync(5_000);
    await polling;
    expect(seen).toEqual([
      { processingAtMs: 2_000 },
      { queuedAtMs: 2_700 },
      { queuedAtMs: 2_700, processingAtMs: 3_400 },
    ]);
  });

  it('counts from the submit', async () => {
    const { asked, start } = playing(['PROCESSING', 'COMPLETED']);
    const finished: FinishTimes[] = [];
    const polling = start({ schedule, ageMs: 1_500, onFinished: (times) => finished.push(times) });
    await vi.advanceTimersByTimeAsync(5_000);
    await polling;
    expect(asked.map(({ atMs }) => atMs)).toEqual([500, 1_200, 1_200]);
    expect(finished).toEqual([{ afterMs: 2_000, byMs: 2_700, queuedAtMs: 0 }]);
  });

  it.each([{ ageMs: 2_000 }, { ageMs: 3_590_000 }, { timeoutMs: 1_500 }, { timeoutMs: 0 }])(
    'does not delay the first poll when there is no time for it: %o',
    async (options) => {
      const { asked, start } = playing(['COMPLETED']);
      expect(await start({ schedule, ...options })).toBe(RESULT);
      expect(asked.map(({ atMs }) => atMs)).toEqual([0, 0]);
    },
  );

  it('leaves the pauses after failed polls as they are', async () => {
    const error = new ServerError(502, '');
    const { asked, start } = playing([error, error, 'QUEUED', error, 'COMPLETED']);
    const polling = start({ schedule });
    await vi.advanceTimersByTimeAsync(10_000);
    await polling;
    expect(asked.map(({ atMs }) => atMs)).toEqual([2_000, 3_000, 4_500, 5_200, 6_200, 6_200]);
  });

  it('ends when polling slows down', async () => {
    const { asked, start } = playing(['PROCESSING', 'PROCESSING', 'PROCESSING', 'COMPLETED']);
    const polling = start({ schedule, slowAfterMs: 3_000 });
    await vi.advanceTimersByTimeAsync(200_000);
    expect(await polling).toBe(RESULT);
    expect(asked.map(({ atMs }) => atMs)).toEqual([2_000, 2_700, 3_400, 63_400, 63_400]);
  });

  it('leaves nothing scheduled after an abort before the first poll', async () => {
    const { asked, start } = playing(['QUEUED']);
    const controller = new AbortController();
    const reason = new Error('stopped');
    const polling = rejectionOf(start({ schedule, signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(1_000);
    controller.abort(reason);
    expect(await polling).toBe(reason);
    expect(asked).toEqual([]);
  });
});

describe('slow polling', () => {
  it('begins once, on time, and polls once a minute', async () => {
    const { asked, start } = playing(['PROCESSING']);
    const slow: number[] = [];
    const polling = rejectionOf(start({ slowAfterMs: 2500, onSlow: () => slow.push(Date.now() - START_MS) }));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(slow).toEqual([2500]);
    expect(asked.slice(0, 6).map(({ atMs }) => atMs)).toEqual([0, 1000, 2000, 3000, 63_000, 123_000]);
    expect(await polling).toMatchObject({ name: 'InferenceTimeout', requestId: 'r1', elapsedMs: 3_600_000 });
  });

  it('begins on time even while a 429 delays the polls', async () => {
    const { asked, start } = playing([new RateLimited(START_MS + 100_000), 'COMPLETED']);
    const slow: number[] = [];
    const polling = start({ slowAfterMs: 5000, onSlow: () => slow.push(Date.now() - START_MS) });
    await vi.advanceTimersByTimeAsync(100_000);
    expect(await polling).toBe(RESULT);
    expect(slow).toEqual([5000]);
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 100_000, 100_000]);
  });

  it('still returns a finished image', async () => {
    const { start } = playing([...Array(5).fill('PROCESSING'), 'COMPLETED']);
    const polling = start({ slowAfterMs: 3000 });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await polling).toBe(RESULT);
  });
});

describe('a step of the wall clock', () => {
  it.each([-3_600_000, -61_000, 61_000, 3_600_000])(
    'by %i ms neither ends the polling nor holds it',
    async (stepMs) => {
      const { asked, start } = playing([...Array(8).fill('PROCESSING'), 'COMPLETED']);
      const slow: number[] = [];
      const startedAtMs = monotonicNow();
      const polling = start({ timeoutMs: 20_000, slowAfterMs: 10_000, onSlow: () => slow.push(monotonicNow()) });
      await vi.advanceTimersByTimeAsync(2500);
      vi.setSystemTime(Date.now() + stepMs);
      await vi.advanceTimersByTimeAsync(5500);
      expect(await polling).toBe(RESULT);
      expect(asked).toHaveLength(10);
      expect(monotonicNow() - startedAtMs).toBe(8000);
      expect(slow).toEqual([]);
    },
  );
});

describe('after a restart', () => {
  it('polls once even when no time is left', async () => {
    expect(await playing(['COMPLETED']).start({ timeoutMs: 0 })).toBe(RESULT);
    const { asked, start } = playing(['PROCESSING']);
    expect(await rejectionOf(start({ timeoutMs: 0 }))).toMatchObject({ name: 'InferenceTimeout', requestId: 'r1' });
    expect(asked).toHaveLength(1);
  });

  it('reports an overdue request at once, and polls it slowly', async () => {
    const { asked, start } = playing(['PROCESSING', 'COMPLETED']);
    const slow: number[] = [];
    const polling = start({ slowAfterMs: 0, onSlow: () => slow.push(Date.now() - START_MS) });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await polling).toBe(RESULT);
    expect(slow).toEqual([0]);
    expect(asked.length).toBeLessThanOrEqual(4);
  });
});

describe('an abort', () => {
  const reason = new Error('stopped');

  it('before the first poll sends nothing', async () => {
    const { asked, start } = playing(['QUEUED']);
    expect(await rejectionOf(start({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(asked).toHaveLength(0);
  });

  it('between two polls rejects with its reason and leaves nothing scheduled', async () => {
    const { start } = playing(['QUEUED']);
    const controller = new AbortController();
    const polling = rejectionOf(start({ signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(1500);
    controller.abort(reason);
    expect(await polling).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('within a poll rejects with its reason', async () => {
    const controller = new AbortController();
    const inference: Pollable = {
      requestId: 'r1',
      status: async () => {
        controller.abort(reason);
        throw new ConnectionBroken(reason);
      },
      result: async () => RESULT,
    };
    const polling = poll(inference, { signal: controller.signal });
    expect(await rejectionOf(polling)).toBe(reason);
  });
});
