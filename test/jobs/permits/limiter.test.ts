import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RateLimited } from '../../src/segmind/errors.ts';
import { SubmitLimiter } from '../../src/segmind/limiter.ts';
import { pauseMsFor } from '../../src/segmind/pause.ts';
import { wait } from '../../src/time.ts';
import { rejectionOf } from '../support/loopback.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The most of these moments that any window of 60 s holds. */
function mostInOneMinute(momentsMs: readonly number[]): number {
  const sorted = momentsMs.toSorted((a, b) => a - b);
  return Math.max(0, ...sorted.map((fromMs) => sorted.filter((ms) => ms >= fromMs && ms < fromMs + 60_000).length));
}

/** Asks for `count` slots at once and notes when each starts, by number. */
function start(limiter: SubmitLimiter, count: number, durationMs = 100) {
  const starts: { number: number; atMs: number }[] = [];
  const uses = Array.from({ length: count }, (_, number) =>
    limiter.requestSlot(async () => {
      starts.push({ number, atMs: Date.now() });
      await wait(durationMs);
      return 'spent';
    }),
  );
  return { starts, all: Promise.all(uses) };
}

describe('the submit limiter', () => {
  it('never lets more than N through in any 60 s, whatever comes when and takes how long', async () => {
    const request = fc.record({
      afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 })),
      durationMs: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 40_000 })),
      arrives: fc.double({ min: 0, max: 1, noNaN: true }),
      outcome: fc.constantFrom('spent' as const, 'spent' as const, 'unused' as const, 'throws' as const),
    });
    const run = fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
      fc.array(request, { minLength: 1, maxLength: 40 }),
      async (requestsPerMinute, maxConcurrent, requests) => {
        const limiter = new SubmitLimiter({
          requestsPerMinute,
          ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
        });
        const arrivals: number[] = [];
        const ended = Promise.all(
          requests.map(async ({ afterMs, durationMs, arrives, outcome }) => {
            await wait(afterMs);
            const used = limiter.requestSlot(async () => {
              if (outcome === 'unused') return 'unused';
              await wait(durationMs * arrives);
              arrivals.push(Date.now());
              await wait(durationMs * (1 - arrives));
              if (outcome === 'throws') throw new Error('the submit failed');
              return 'spent';
            });
            await used.catch(() => {});
          }),
        );
        let isDone = false;
        void ended.then(() => {
          isDone = true;
        });
        for (let minute = 0; minute < 600 && !isDone; minute += 1) await vi.advanceTimersByTimeAsync(60_000);
        expect(isDone).toBe(true);
        expect(mostInOneMinute(arrivals)).toBeLessThanOrEqual(requestsPerMinute);
        limiter.close();
        await vi.advanceTimersByTimeAsync(10);
        expect(vi.getTimerCount()).toBe(0);
      },
    );
    await fc.assert(run, { numRuns: 60 });
  }, 60_000);

  it('gives its full budget away in every minute', async () => {
    const limiter = new SubmitLimiter({ requestsPerMinute: 50 });
    const { starts, all } = start(limiter, 200);
    await vi.advanceTimersByTimeAsync(2000);
    expect(starts).toHaveLength(50);
    await vi.advanceTimersByTimeAsync(3 * 61_500);
    await all;
    expect(starts.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, number) => number));
    expect(mostInOneMinute(starts.map(({ atMs }) => atMs))).toBe(50);
    limiter.close();
  });

  it.each([
    [5, 1],
    [15, 1],
    [16, 2],
    [50, 4],
  ])('with N = %d runs %d at once by default', async (requestsPerMinute, concurrent) => {
    const limiter = new SubmitLimiter({ requestsPerMinute });
    let running = 0;
    let most = 0;
    const uses = Array.from({ length: requestsPerMinute }, () =>
      limiter.requestSlot(async () => {
        running += 1;
        most = Math.max(most, running);
        await wait(100);
        running -= 1;
        return 'spent';
      }),
    );
    await vi.advanceTimersByTimeAsync(requestsPerMinute * 110);
    await Promise.all(uses);
    expect(most).toBe(concurrent);
    limiter.close();
  });

  it('gives a slot that was not used back at once', async () => {
    const limiter = new SubmitLimiter({ requestsPerMinute: 1 });
    for (let use = 0; use < 10; use += 1) {
      const used = limiter.requestSlot(async () => 'unused');
      await vi.advanceTimersByTimeAsync(10);
      await used;
    }
    limiter.close();
  });

  it('passes on what a use throws, and counts it as spent', async () => {
    const limiter = new SubmitLimiter({ requestsPerMinute: 1 });
    const error = new Error('no');
    const failed = rejectionOf(limiter.requestSlot(() => Promise.reject(error)));
    await vi.advanceTimersByTimeAsync(10);
    expect(await failed).toBe(error);
    const { starts } = start(limiter, 1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(starts).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(starts).toHaveLength(1);
    limiter.close();
  });
});

describe('closing', () => {
  it('rejects who waits and who comes later, lets a use end, and leaves nothing scheduled', async () => {
    const limiter = new SubmitLimiter({ requestsPerMinute: 1 });
    const { starts, all } = start(limiter, 1, 5000);
    await vi.advanceTimersByTimeAsync(10);
    expect(starts).toHaveLength(1);
    const waiting = rejectionOf(limiter.requestSlot(async () => 'spent'));
    await vi.advanceTimersByTimeAsync(10);
    limiter.close();
    limiter.close();
    const later = rejectionOf(limiter.requestSlot(async () => 'spent'));
    await vi.advanceTimersByTimeAsync(5000);
    await all;
    expect(String(await waiting)).toContain('closed');
    expect(String(await later)).toContain('closed');
    await vi.advanceTimersByTimeAsync(10);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('pauseMsFor', () => {
  it.each([
    ['no reset', undefined, 60_000],
    ['a reset in 42 s', 42_000, 42_000],
    ['a reset in the past', -5000, 1000],
    ['a reset tomorrow', 86_400_000, 300_000],
  ])('waits after a 429 with %s', (_, inMs, expected) => {
    const nowMs = 1_700_000_000_000;
    expect(pauseMsFor(new RateLimited(inMs === undefined ? undefined : nowMs + inMs), nowMs)).toBe(expected);
  });
});
