import { expect, it } from 'vitest';
import { usdFormat } from '../../src/usage-chart/figures.ts';

it.each([
  [64_206, 1_234.5, '1,234.50'],
  [12.3, 0.0103, '0.01'],
  [12.3, 0.0103 / 4, '< 0.01'],
  [12.3, 0, '0.00'],
  [0.9, 0.0103, '0.0103'],
  [0.9, 0.00001, '< 0.0001'],
  [0, 0, '0.00'],
])('in a month that cost US$ %d, US$ %d reads %s', (totalUsd, usd, text) => {
  expect(usdFormat(totalUsd)(usd)).toBe(text);
});
