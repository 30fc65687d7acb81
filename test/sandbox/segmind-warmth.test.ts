import { expect, test } from 'vitest';
import { Warmth } from '../../sandbox/segmind/warmth.ts';

const MINUTE = 60_000;

test('a model starts cold, warms up once for all requests, and is cold again after ten idle minutes', () => {
  const warmth = new Warmth({ coldStartMs: 3 * MINUTE, coldAfterMs: 10 * MINUTE });
  const uses = [
    { atMinutes: 100, waits: 3 },
    { atMinutes: 101, waits: 2 },
    { atMinutes: 103, waits: 0 },
    { atMinutes: 112, waits: 0 },
    { atMinutes: 121, waits: 0 },
    { atMinutes: 131, waits: 3 },
    // Warming up doesn't count as idle time.
    { atMinutes: 143.9, waits: 0 },
  ];
  const waits = uses.map(({ atMinutes }) => warmth.use(atMinutes * MINUTE) / MINUTE);
  expect(waits).toEqual(uses.map(({ waits: expected }) => expected));
});

test('a model that is cooled down takes the given time at its next use', () => {
  const warmth = new Warmth({ coldStartMs: 0, coldAfterMs: 10 * MINUTE });
  expect(warmth.use(0)).toBe(0);
  warmth.coolDown(5 * MINUTE);
  expect(warmth.use(MINUTE)).toBe(5 * MINUTE);
  expect(warmth.use(2 * MINUTE)).toBe(4 * MINUTE);
});
