import {
  type APIApplicationCommandSubcommandGroupOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { CommandContext } from '../command.ts';
import type { Invoker } from '../invoker.ts';

/** Who did something in a server, and where. */
export type GuildInvoker = Invoker & { readonly guildId: string };

/** A part of `/timeless-config`. Only moderators come here; every answer is private. */
export interface Subcommand<Data = APIApplicationCommandSubcommandOption | APIApplicationCommandSubcommandGroupOption> {
  readonly data: Data;
  /** @throws SettingProblem for what the moderator can put right; it is told, and nothing was changed */
  execute(interaction: ChatInputCommandInteraction, context: CommandContext, invoker: GuildInvoker): Promise<void>;
  autocomplete?(interaction: AutocompleteInteraction, context: CommandContext, invoker: GuildInvoker): Promise<void>;
}

/** What is wrong with what a moderator asked for, and what is allowed, in words for the moderator. */
export class SettingProblem extends Error {
  override readonly name = 'SettingProblem';
}

/** Several subcommands under one name, which hands on to them. */
export function subcommandGroup(
  { name, description }: { name: string; description: string },
  subcommands: readonly Subcommand<APIApplicationCommandSubcommandOption>[],
): Subcommand<APIApplicationCommandSubcommandGroupOption> {
  const named = (chosen: string) => {
    const subcommand = subcommands.find(({ data }) => data.name === chosen);
    if (!subcommand) throw new Error(`There is no subcommand ${name} ${chosen}.`);
    return subcommand;
  };
  return {
    data: {
      type: ApplicationCommandOptionType.SubcommandGroup,
      name,
      description,
      options: subcommands.map(({ data }) => data),
    },
    async execute(interaction, context, invoker) {
      await named(interaction.options.getSubcommand()).execute(interaction, context, invoker);
    },
    async autocomplete(interaction, context, invoker) {
      const subcommand = named(interaction.options.getSubcommand());
      if (subcommand.autocomplete) await subcommand.autocomplete(interaction, context, invoker);
      else await interaction.respond([]);
    },
  };
}
