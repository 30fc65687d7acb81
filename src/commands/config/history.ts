import { ApplicationCommandOptionType } from 'discord.js';
import { historyPage } from '../../replies/settings-changes.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import type { Subcommand } from './subcommand.ts';

/** `/timeless-config history`: who changed what. */
export const history: Subcommand = {
  data: { type: ApplicationCommandOptionType.Subcommand, name: 'history', description: 'The last 25 changes' },

  async execute(interaction, context, { guildId }) {
    await deferPrivately(interaction);
    await answerPrivately(interaction, { embeds: historyPage(await context.settings.history(guildId)) });
  },
};
