import { describe, expect, it } from 'vitest';
import { clockAhead } from '../../src/doctor/ask.ts';

const NOON = 'Sun, 22 Nov 2026 12:00:00 GMT';
const noonMs = Date.UTC(2026, 10, 22, 12);

describe('clockAhead', () => {
  it.each([
    ['the same second', noonMs + 100, noonMs + 300, 0],
    ['an answer that took long, and may have been made at any time between', noonMs - 5_000, noonMs + 5_000, 0],
    ['the end of the second that the header names', noonMs + 999, noonMs + 1_200, 0],
    ['a clock that is ahead', noonMs + 31_000, noonMs + 31_200, 30],
    ['a clock that is behind', noonMs - 31_000, noonMs - 30_000, -30],
  ])('reports only a certain difference: %s', (_, sentAtMs, receivedAtMs, seconds) => {
    expect(clockAhead(NOON, sentAtMs, receivedAtMs)).toBe(seconds);
  });

  it.each([[null], ['yesterday']])('returns nothing for %s', (date) => {
    expect(clockAhead(date, noonMs, noonMs)).toBeUndefined();
  });
});
