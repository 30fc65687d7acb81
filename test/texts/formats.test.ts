import { expect, it } from 'vitest';
import { formats } from '../../src/texts/formats.ts';

const { decimal, usd, usdExact } = formats('en-US');

it.each([
  [0, '$0.00', '$0.0000'],
  [0.0001, '<$0.01', '$0.0001'],
  [0.0049, '<$0.01', '$0.0049'],
  [0.005, '$0.01', '$0.0050'],
  [0.0172, '$0.02', '$0.0172'],
  [1234.5, '$1,234.50', '$1,234.5000'],
])('writes %f US$ to the cent and exactly', (value, cents, exact) => {
  expect([usd(value), usdExact(value)]).toEqual([cents, exact]);
});

it('writes one decimal', () => {
  expect([decimal(8), decimal(0.05), decimal(3_599.94)]).toEqual(['8.0', '0.1', '3,599.9']);
});
