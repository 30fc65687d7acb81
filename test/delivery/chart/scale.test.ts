import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundScale } from '../../../src/delivery/chart/scale.ts';

describe('roundScale', () => {
  it.each([
    [0, 1, ['0']],
    [1, 1, ['0', '1']],
    [2, 1, ['0', '1', '2']],
    [5, 1, ['0', '2', '4', '6']],
    [75, 1, ['0', '20', '40', '60', '80']],
    [80, 1, ['0', '20', '40', '60', '80']],
    [81, 1, ['0', '50', '100']],
    [7_200, 1, ['0', '2,000', '4,000', '6,000', '8,000']],
    [100_000, 1, ['0', '50K', '100K']],
    [6_000_000, 1, ['0', '2M', '4M', '6M']],
    [0.0103, 0.0001, ['0', '0.005', '0.010', '0.015']],
    [0.3, 0.0001, ['0', '0.1', '0.2', '0.3']],
    [0.00001, 0.0001, ['0', '0.0001']],
  ])('of values up to %d in steps of at least %d has the numbers %j', (most, leastStep, labels) => {
    expect(roundScale(most, { leastStep, mostSteps: 4 }).ticks.map(({ label }) => label)).toEqual(labels);
  });

  it('reaches every value in at most as many even steps as it may have', () => {
    const limits = fc.record({ leastStep: fc.constantFrom(0.0001, 1), mostSteps: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), limits, (most, { leastStep, mostSteps }) => {
        const { top, ticks } = roundScale(most, { leastStep, mostSteps });
        expect(top).toBeGreaterThanOrEqual(most);
        expect(ticks.length).toBeLessThanOrEqual(mostSteps + 1);
        for (const [index, { value }] of ticks.entries())
          expect(value).toBeCloseTo((index * top) / (ticks.length - 1 || 1), 6);
      }),
    );
  });
});
