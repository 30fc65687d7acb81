import { expect, it } from 'vitest';
import { isInForce } from '../../src/settings/blocks.ts';

it.each([
  [undefined, true],
  [1_001, true],
  [1_000, false],
  [999, false],
])('of a block until %s, at 1000 it is %s that it holds', (untilMs, holds) => {
  expect(isInForce(untilMs === undefined ? {} : { untilMs }, 1_000)).toBe(holds);
});
