import { expect, it } from 'vitest';
import { isInForce } from '../../src/settings/blocks.ts';

it.each([
  [undefined, true],
  [1_001, true],
  [1_000, false],
  [999, false],
])('whether a block until %s is in force at 1000: %s', (untilMs, holds) => {
  expect(isInForce(untilMs === undefined ? {} : { untilMs }, 1_000)).toBe(holds);
});
