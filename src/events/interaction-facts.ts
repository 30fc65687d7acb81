import type { BaseInteraction } from 'discord.js';
import type { CommandContext } from '../commands/command.ts';

/** The fields that every log line about an interaction has. */
export function factsOf({ id, guildId }: BaseInteraction, { shardOf }: Pick<CommandContext, 'shardOf'>) {
  const guild = guildId ?? undefined;
  return { interaction: id, guild, shard: shardOf(guild) };
}
