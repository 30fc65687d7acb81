import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenLifetimes } from '../../src/delivery/token-lifetimes.ts';
import { makeJob } from '../support/job-fixtures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the token of an interaction', () => {
  it('counts as valid for 14 minutes from its arrival, also in a later process', () => {
    const job = makeJob();
    const first = new TokenLifetimes();
    expect(first.isAlive(job)).toBe(true);
    vi.advanceTimersByTime(14 * MINUTE_MS - 1);
    const next = new TokenLifetimes();
    expect([first.isAlive(job), next.isAlive(job)]).toEqual([true, true]);
    vi.advanceTimersByTime(1);
    expect([first.isAlive(job), next.isAlive(job)]).toEqual([false, false]);
  });

  it.each([-HOUR_MS, HOUR_MS])('counts as valid for as long when the wall clock is set by %i ms', (stepMs) => {
    const tokens = new TokenLifetimes();
    const job = makeJob();
    expect(tokens.isAlive(job)).toBe(true);
    vi.setSystemTime(Date.now() + stepMs);
    vi.advanceTimersByTime(14 * MINUTE_MS - 1);
    expect(tokens.isAlive(job)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(tokens.isAlive(job)).toBe(false);
  });

  it('is not valid once removed, and stays invalid after its end while others are asked about', () => {
    const tokens = new TokenLifetimes();
    expect(tokens.isAlive(makeJob({ interactionToken: '' }))).toBe(false);
    const job = makeJob();
    tokens.isAlive(job);
    vi.advanceTimersByTime(2 * HOUR_MS);
    vi.setSystemTime(Date.now() - 2 * HOUR_MS);
    expect(tokens.isAlive(makeJob({ interactionToken: 'other' }))).toBe(true);
    expect(tokens.isAlive(job)).toBe(false);
  });
});
