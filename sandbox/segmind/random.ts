import { createHash } from 'node:crypto';

/** Returns numbers from 0 to 1 that depend only on the ingredients (mulberry32, seeded with their SHA-256). */
export type Random = () => number;

export function randomFrom(...ingredients: readonly unknown[]): Random {
  let state = createHash('sha256').update(JSON.stringify(ingredients)).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number between `low` and `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}
