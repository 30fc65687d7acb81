import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Command } from '../command.ts';
import { listPage } from './list-page.ts';

/** `/timeless-images`: a member's own images. */
export const timelessImages = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless-images',
    description: textsIn('en').myImages.description,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },

  async execute(interaction: ChatInputCommandInteraction, context, invoker) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply(await listPage(context, invoker, interaction.locale, { page: 0 }));
  },
} satisfies Command;
