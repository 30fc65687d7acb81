import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Command } from '../command.ts';
import { defaultsCommand, showDefaults } from './defaults.ts';
import { showOverview } from './overview.ts';

const words = textsIn('en').me;

/** `/timeless-me`: a member's own limits, defaults and data. */
export const timelessMe = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless-me',
    description: words.description,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { type: ApplicationCommandOptionType.Subcommand, name: 'overview', description: words.overview.description },
      defaultsCommand,
    ],
  },

  async execute(interaction, context, invoker) {
    const isOverview = interaction.options.getSubcommand() === 'overview';
    await (isOverview ? showOverview : showDefaults)(interaction, context, invoker);
  },
} satisfies Command;
