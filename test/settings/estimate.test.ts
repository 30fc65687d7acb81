import { expect, it } from 'vitest';
import { CostEstimate } from '../../src/settings/estimate.ts';

const usual = { samples: 1, steps: 30, width: 1000, height: 1050 };

it('uses the last cost for the same samples, steps and size', () => {
  const estimate = new CostEstimate();
  estimate.record(usual, 0.5);
  estimate.record(usual, 0.02);
  estimate.record({ ...usual, steps: 31 }, 0.9);
  expect(estimate.estimateUsd(usual)).toBe(0.02);
});

it('otherwise estimates in proportion to samples, steps and pixels', () => {
  const estimate = new CostEstimate();
  expect(estimate.estimateUsd(usual)).toBeCloseTo(0.0103, 10);
  expect(estimate.estimateUsd({ samples: 4, steps: 60, width: 2000, height: 2100 })).toBeCloseTo(
    0.0103 * 4 * 2 * 4,
    10,
  );
});

it('ignores costs that aren’t positive numbers', () => {
  const estimate = new CostEstimate();
  estimate.record(usual, Number.NaN);
  estimate.record(usual, -1);
  expect(estimate.estimateUsd(usual)).toBeCloseTo(0.0103, 10);
});

it('remembers the last thousand combinations', () => {
  const estimate = new CostEstimate();
  for (let steps = 0; steps <= 1_000; steps += 1) estimate.record({ ...usual, steps }, 7);
  expect(estimate.estimateUsd({ ...usual, steps: 0 })).toBe(0);
  expect(estimate.estimateUsd({ ...usual, steps: 1 })).toBe(7);
});
