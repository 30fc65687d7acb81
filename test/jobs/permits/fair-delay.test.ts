import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FairDelay } from '../../../src/jobs/permits/fair-delay.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The delay of a process that made `posts` POSTs `agoMs` ago, with a budget of ten. */
function delayAfter(posts: number, agoMs = 0): number {
  const delay = new FairDelay(10);
  for (let count = 0; count < posts; count += 1) delay.notePost();
  vi.advanceTimersByTime(agoMs);
  return delay.next();
}

it('grows with the share of the last minute’s budget, up to half a second', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  expect([0, 1, 5, 10, 11].map((posts) => delayAfter(posts))).toEqual([0, 50, 250, 500, 500]);
  expect(delayAfter(5, 59_999)).toBe(250);
  expect(delayAfter(5, 60_000)).toBe(0);
});

it('spreads processes with equal shares over a tenth of a second', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  expect([delayAfter(0), delayAfter(5)]).toEqual([50, 300]);
});
