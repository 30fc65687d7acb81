import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Release, SubmitLimiter } from '../../../src/jobs/permits/limiter.ts';
import { wait } from '../../../src/time.ts';
import { rejectionOf } from '../../support/loopback.ts';

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** Sets the wall clock. */
const step = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** Sends `count` submits of 100 ms; records their order, and how many were under way at once. */
function submit(limiter: SubmitLimiter, count: number) {
  const order: number[] = [];
  let running = 0;
  const noted = { order, most: 0 };
  const all = Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const release = await limiter.acquire();
      order.push(number);
      running += 1;
      noted.most = Math.max(noted.most, running);
      await wait(100);
      running -= 1;
      release();
    }),
  );
  return { noted, all };
}

describe('the submit limiter', () => {
  it.each([1, 2, 4])('allows %d submits at once, in the order of the calls', async (maxConcurrent) => {
    const limiter = new SubmitLimiter(maxConcurrent);
    const { noted, all } = submit(limiter, 20);
    await pass(3_000);
    await all;
    expect(noted.most).toBe(maxConcurrent);
    expect(noted.order).toEqual(Array.from({ length: 20 }, (_, number) => number));
    limiter.close();
  });

  it('ignores a second release of one submit', async () => {
    const limiter = new SubmitLimiter(1);
    const first = await soon(limiter.acquire());
    const second = limiter.acquire();
    first();
    first();
    await pass(10);
    await second;
    let isThirdIn = false;
    void limiter.acquire().then(() => {
      isThirdIn = true;
    });
    await pass(10_000);
    expect(isThirdIn).toBe(false);
  });

  it.each([-HOUR_MS, -120_000, -61_000, -600, 600, 61_000, 120_000, HOUR_MS])(
    'continues at once when the wall clock is set by %i ms, whether a submit is under way or waits',
    async (stepMs) => {
      const limiter = new SubmitLimiter(1);
      const first = await soon(limiter.acquire());
      const waiting = limiter.acquire();
      step(stepMs);
      first();
      const second = await soon(waiting);
      second();
      step(stepMs);
      const third = await soon(limiter.acquire());
      step(-stepMs);
      third();
      (await soon(limiter.acquire()))();
      limiter.close();
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});

describe('closing', () => {
  it('rejects waiting and later submits, lets those under way finish, and leaves nothing scheduled', async () => {
    const limiter = new SubmitLimiter(1);
    const release = await soon(limiter.acquire());
    const waiting = rejectionOf(limiter.acquire());
    await pass(10);
    limiter.close();
    limiter.close();
    const later = rejectionOf(limiter.acquire());
    await pass(10);
    release();
    expect(String(await waiting)).toContain('stopped');
    expect(String(await later)).toContain('stopped');
    await pass(10);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** @throws when it takes longer than 10 ms */
async function soon(acquired: Promise<Release>): Promise<Release> {
  await pass(10);
  const release = await Promise.race([acquired, Promise.resolve(undefined)]);
  if (!release) throw new Error('No submit may go.');
  return release;
}
