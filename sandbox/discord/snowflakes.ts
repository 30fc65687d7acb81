/** @see https://discord.com/developers/docs/reference#snowflakes */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

let lastMs = 0;
let increment = 0;

/** Creates an id that contains the current time and is larger than every earlier id of this process (19 digits until 2090). */
export function snowflake(): string {
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    increment = 0;
  } else {
    increment += 1;
    if (increment > 0xfff) {
      lastMs += 1;
      increment = 0;
    }
  }
  return String((BigInt(lastMs - DISCORD_EPOCH_MS) << 22n) | BigInt(increment));
}

/** The shard of a server. @see https://discord.com/developers/docs/events/gateway#sharding-sharding-formula */
export function shardOf(guildId: string, shardCount: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}
