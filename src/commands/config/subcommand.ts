import {
  type APIApplicationCommandSubcommandGroupOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { type Texts, textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import type { Invoker } from '../invoker.ts';

/** Who did something in a server, and where. */
export type GuildInvoker = Invoker & { readonly guildId: string };

/**
 * A part of `/timeless-config`. Only moderators come here; every answer is private.
 * @param texts in the moderator's language
 */
export interface Subcommand<Data = APIApplicationCommandSubcommandOption | APIApplicationCommandSubcommandGroupOption> {
  readonly data: Data;
  /** @throws SettingProblem for what the moderator can put right: they read it, and nothing has changed */
  execute(
    interaction: ChatInputCommandInteraction,
    context: CommandContext,
    invoker: GuildInvoker,
    texts: Texts,
  ): Promise<void>;
  autocomplete?(
    interaction: AutocompleteInteraction,
    context: CommandContext,
    invoker: GuildInvoker,
    texts: Texts,
  ): Promise<void>;
}

/** What is wrong with what a moderator or member wants to save, and what is allowed. */
export class SettingProblem extends Error {
  override readonly name = 'SettingProblem';
  /** In the language of the reader. */
  readonly describe: (texts: Texts) => string;

  constructor(describe: (texts: Texts) => string) {
    super(describe(textsIn('en')));
    this.describe = describe;
  }
}

/** A group of subcommands. */
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
    async execute(interaction, ...rest) {
      await named(interaction.options.getSubcommand()).execute(interaction, ...rest);
    },
    async autocomplete(interaction, ...rest) {
      const subcommand = named(interaction.options.getSubcommand());
      if (subcommand.autocomplete) await subcommand.autocomplete(interaction, ...rest);
      else await interaction.respond([]);
    },
  };
}
