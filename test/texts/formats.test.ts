import { expect, it } from 'vitest';
import { formats } from '../../src/texts/formats.ts';

const { decimal, usd, usdExact, compact, percent, duration, month, dayOfYear } = formats('en-US');

it.each([
  [usd(1_234.5), '$1,234.50'],
  [usd(0), '$0.00'],
  [usd(0.0049), '<$0.01'],
  [usdExact(0.01725), '$0.0173'],
  [usdExact(0), '$0.0000'],
  [usdExact(0.00004), '<$0.0001'],
  [decimal(8), '8.0'],
  [decimal(3_599.94), '3,599.9'],
  [usd(0.005), '$0.01'],
  [compact(1_500), '1.5K'],
  [compact(0.015), '0.015'],
  [percent(81), '81%'],
  [percent(1_234), '1,234%'],
  [duration(90), '1 min 30 s'],
  [duration(0), '0 s'],
  [month('2026-11'), 'November 2026'],
  [dayOfYear('2026-11-22'), 'November 22'],
])('writes %s', (text, expected) => {
  expect(text).toBe(expected);
});
