import { type CloseEvent, Events } from 'discord.js';
import { FatalError } from '../fatal.ts';
import { INVALID_TOKEN } from './rest/token-check.ts';

/** Close codes after which Discord accepts no new connection like this one. @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
const FATAL_CLOSES: Record<number, string> = {
  4004: INVALID_TOKEN,
  4010: 'the shard is not valid. Set DISCORD_SHARD_COUNT to auto, without DISCORD_SHARD_IDS.',
  4011: 'the bot is in too many servers for so few shards. Set DISCORD_SHARD_COUNT to auto, or to a larger number in all processes.',
  4012: 'the version of the gateway is not valid. Update the bot.',
  4013: 'the intents are not valid. Update the bot.',
  4014: 'the intents are not allowed for this bot.',
};

/** Ends the process after a fatal close of any shard: discord.js would still call itself ready. */
export function createDisconnectListener(onFatal: (error: FatalError) => void) {
  return {
    event: Events.ShardDisconnect as const,
    listener({ code }: CloseEvent, shardId: number): void {
      const reason = FATAL_CLOSES[code];
      if (reason) onFatal(new FatalError(`Discord closed shard ${shardId} for good (${code}): ${reason}`));
    },
  };
}
