import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { textsIn } from '../texts/index.ts';
import type { Command } from './command.ts';
import { defaultsFor } from './defaults.ts';
import { composeForm } from './form/image-form.ts';
import { rulesInTime } from './invoker.ts';

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

  async execute(interaction, _context, invoker) {
    const texts = textsIn(interaction.locale);
    const rules = await rulesInTime(invoker);
    if (!rules) {
      await interaction.reply({ content: texts.refusal.busy, flags: MessageFlags.Ephemeral });
      return;
    }
    const isPrivate = interaction.options.getBoolean('private') ?? false;
    const base = defaultsFor(rules.settings, invoker.roleIds);
    await interaction.showModal(composeForm({ base, isPrivate }, texts));
  },
} satisfies Command;
