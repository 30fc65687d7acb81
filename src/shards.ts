/** The shard of a server, or of direct messages without one; undefined while the number of shards isn't known. */
export type ShardOf = (guildId: string | undefined) => number | undefined;

/** The shards that this process has; the others belong to other processes. */
export interface OwnShards {
  /** How many the whole bot has. */
  readonly count: number;
  /** In ascending order. */
  readonly ids: readonly number[];
}

/** This process's shards by the settings; undefined with `auto`: then it has all, and Discord says at the login how many. */
export function findOwnShards(settings: {
  readonly shardCount: number | 'auto';
  readonly shardIds: readonly number[] | undefined;
}): OwnShards | undefined {
  const { shardCount, shardIds } = settings;
  return shardCount === 'auto' ? undefined : { count: shardCount, ids: shardIds ?? range(0, shardCount - 1) };
}

export function ownsAll({ count, ids }: OwnShards): boolean {
  return ids.length === count;
}

/** As `findOwnShards`, but also undefined when this process has all shards, so that there are no others. */
export function findShardSubset(settings: Parameters<typeof findOwnShards>[0]): OwnShards | undefined {
  const own = findOwnShards(settings);
  return own && ownsAll(own) ? undefined : own;
}

/**
 * Reads shards such as `0-2` or `0-2,5`; ignores additional commas and spaces.
 * @returns their ids in ascending order; undefined for other texts, or if a shard is named twice
 */
export function parseShardIds(text: string): readonly number[] | undefined {
  const parts = text.split(',').flatMap((part) => part.trim() || []);
  const ranges = parts.map((part) => {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    return range(Number(first), Number(last));
  });
  const ids = ranges.flat();
  const isList = ids.length > 0 && ranges.every(({ length }) => length > 0) && new Set(ids).size === ids.length;
  return isList ? ids.toSorted((one, other) => one - other) : undefined;
}

/**
 * The shard that Discord sends a server's events over; those of direct messages, without a server, come over shard 0.
 * @see https://discord.com/developers/docs/events/gateway#sharding-sharding-formula
 */
export function shardOf(guildId: string | undefined, shardCount: number): number {
  return guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}

/** Whether a server, or direct messages without one, belong to a process. @param share undefined: it has all shards */
export function ownsGuild(share: OwnShards | undefined, guildId: string | undefined): boolean {
  return share === undefined || share.ids.includes(shardOf(guildId, share.count));
}

/** Both are included; empty if `last` is less than `first`, or one isn't a number. */
function range(first: number, last: number): number[] {
  return last >= first ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [];
}
