import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { epochOf, monotonicNow, msLeft } from '../src/time.ts';

const START_MS = Date.UTC(2026, 10, 22);

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
});
afterEach(() => {
  vi.useRealTimers();
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
