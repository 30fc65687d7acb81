import { ShardClientUtil } from 'discord.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOwnShards, parseShardIds, shardOf } from '../src/shards.ts';

describe('shardOf', () => {
  it('says the same as discord.js, for every id and number of shards', () => {
    const ids = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 100_000 }), (guildId, count) => {
        expect(shardOf(guildId, count)).toBe(ShardClientUtil.shardIdForGuildId(guildId, count));
      }),
    );
  });

  it.each([
    ['the first id of all', '0', 16, 0],
    ['an id whose lower 22 bits are full', String((5n << 22n) | 0x3fffffn), 4, 1],
    // 2^53 + 1 is the first whole number that a JavaScript number can't hold.
    ['an id beyond 53 bits', String(2n ** 53n + 1n), 3, Number(2n ** 31n % 3n)],
    ['the last id of all', String(2n ** 64n - 1n), 1_000, Number((2n ** 42n - 1n) % 1_000n)],
    ['any id, with one shard', '1286745912345678901', 1, 0],
  ])('knows the shard of %s', (_, guildId, count, shard) => {
    expect(shardOf(guildId, count)).toBe(shard);
  });

  it('puts direct messages on shard 0', () => {
    expect(shardOf(undefined, 3)).toBe(0);
  });
});

describe('parseShardIds', () => {
  it('reads back what any set of shards is written as, in ranges or one by one', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(ids, (written) => {
        const ascending = written.toSorted((one, other) => one - other);
        expect(parseShardIds(written.join(','))).toEqual(ascending);
        expect(parseShardIds(written.map((id) => `${id}-${id}`).join(' , '))).toEqual(ascending);
      }),
    );
  });
});

describe('findOwnShards', () => {
  it.each([
    ['auto', undefined, undefined],
    [1, undefined, { count: 1, ids: [0] }],
    [3, undefined, { count: 3, ids: [0, 1, 2] }],
    [5, [1, 3], { count: 5, ids: [1, 3] }],
  ] as const)('with %s shards and %j of them in the settings: %j', (shardCount, shardIds, expected) => {
    expect(findOwnShards({ shardCount, shardIds })).toEqual(expected);
  });
});
