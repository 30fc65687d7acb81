import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/commands/config/duration.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('parseDuration', () => {
  it.each([
    ['1m', MINUTE_MS],
    ['30 min', 30 * MINUTE_MS],
    ['12h', 12 * HOUR_MS],
    ['7D', 7 * DAY_MS],
    ['2 weeks', 14 * DAY_MS],
    ['1d12h', 36 * HOUR_MS],
    [' 1 day 2 hours 3 minutes ', DAY_MS + 2 * HOUR_MS + 3 * MINUTE_MS],
    ['365d', 365 * DAY_MS],
  ])('reads %s', (typed, lengthMs) => {
    expect(parseDuration(typed)).toBe(lengthMs);
  });

  it.each([
    '',
    '0m',
    '366d',
    '365d 1m',
    '30',
    '30s',
    '-5m',
    '1.5h',
    'm',
    '1 month',
    'forever',
    '1d and 2h',
    '9999999m',
  ])('takes no “%s”', (typed) => {
    expect(parseDuration(typed)).toBeUndefined();
  });
});
