import { expect, it } from 'vitest';
import { keptMonths } from '../../../src/commands/config/months.ts';

it('keeps thirteen months, in UTC, also on the last day of a long month', () => {
  const months = keptMonths(Date.UTC(2027, 2, 31, 23, 59));
  expect(months).toHaveLength(13);
  expect(months.slice(0, 3)).toEqual(['2027-03', '2027-02', '2027-01']);
  expect(months.at(-1)).toBe('2026-03');
});
