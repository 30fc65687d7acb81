import { describe, expect, it } from 'vitest';
import { RateLimited } from '../../src/segmind/errors.ts';
import { pauseMsFor } from '../../src/segmind/pause.ts';

describe('pauseMsFor', () => {
  it.each([
    ['no reset', undefined, 60_000],
    ['a reset in 42 s', 42_000, 42_000],
    ['a reset in the past', -5000, 1000],
    ['a reset tomorrow', 86_400_000, 300_000],
  ])('waits after a 429 with %s', (_, inMs, expected) => {
    const nowMs = 1_700_000_000_000;
    expect(pauseMsFor(new RateLimited(inMs === undefined ? undefined : nowMs + inMs), nowMs)).toBe(expected);
  });
});
