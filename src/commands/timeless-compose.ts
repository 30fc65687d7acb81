import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { policyRefusalText } from '../replies/policy-refusal.ts';
import { refusePrivate } from '../settings/policy.ts';
import { textsIn } from '../texts/index.ts';
import type { Command } from './command.ts';
import { composeForm } from './form/image-form.ts';
import { loadChoices, preselect } from './preselection.ts';

const { compose, timeless } = textsIn('en').commands;

/** `/timeless-compose`: opens an empty form, which has room for a long prompt with line breaks. */
export const timelessCompose = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless-compose',
    description: compose.description,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [{ type: ApplicationCommandOptionType.Boolean, name: 'private', description: timeless.private }],
  },

  async execute(interaction, context, invoker) {
    const texts = textsIn(interaction.locale);
    const choices = await loadChoices(context, invoker);
    if (!choices) {
      await interaction.reply({ content: texts.refusal.busy, flags: MessageFlags.Ephemeral });
      return;
    }
    const preselection = preselect(choices, invoker);
    const isPrivate = interaction.options.getBoolean('private') ?? preselection.isPrivate;
    const refusal = refusePrivate(choices.settings, { isPrivate });
    if (refusal) {
      const reader = { texts, isDirectMessage: invoker.guildId === undefined, channelIds: [] };
      await interaction.reply({ content: policyRefusalText(refusal, reader), flags: MessageFlags.Ephemeral });
      return;
    }
    await interaction.showModal(composeForm({ base: preselection.defaults, isPrivate }, texts));
  },
} satisfies Command;
