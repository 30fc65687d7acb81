import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Command } from '../command.ts';
import { showOverview } from './overview.ts';

const words = textsIn('en').me;

/** `/timeless-me`: a member's own limits and data. */
export const timelessMe = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless-me',
    description: words.description,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { type: ApplicationCommandOptionType.Subcommand, name: 'overview', description: words.overview.description },
    ],
  },

  execute: showOverview,
} satisfies Command;
