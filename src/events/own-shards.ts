import type { Client } from 'discord.js';
import type { OwnShards } from '../shards.ts';

/** The shards that a client was made for; undefined with `auto` until the login has asked Discord how many there are. */
export function ownShardsOf({ options }: Client): OwnShards | undefined {
  const { shards, shardCount } = options;
  return typeof shards === 'object' && shardCount !== undefined ? { count: shardCount, ids: shards } : undefined;
}
