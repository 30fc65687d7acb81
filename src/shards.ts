/** The shards that a process owns. */
export interface OwnShards {
  /** Of the whole bot. */
  readonly count: number;
  readonly ids: readonly number[];
}

/** The shard of a server, of direct messages without one; undefined while it isn't known how many shards there are. */
export type ShardOf = (guildId: string | undefined) => number | undefined;

/**
 * The shard that Discord sends a server's events over; those of direct messages, without a server, come over shard 0.
 * @see https://discord.com/developers/docs/events/gateway#sharding-sharding-formula
 */
export function shardOf(guildId: string | undefined, shardCount: number): number {
  return guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}
