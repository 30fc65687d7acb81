import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType, MessageFlags } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Command } from '../command.ts';
import { loadQueuePage } from './load-queue-page.ts';

/** `/timeless-queue`: a member's requests that have not ended; for moderators also those of the server. */
export const timelessQueue = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless-queue',
    description: textsIn('en').queue.description,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },

  async execute(interaction, context, invoker) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const page = await loadQueuePage({ view: 'mine', page: 0 }, context, invoker, textsIn(interaction.locale));
    await interaction.editReply(page);
  },
} satisfies Command;
