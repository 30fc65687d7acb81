import { ApplicationCommandOptionType } from 'discord.js';
import { historyPage } from '../../replies/settings/changes.ts';
import { isAdministrator } from '../../settings/permissions.ts';
import { textsIn } from '../../texts/index.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import type { Subcommand } from './subcommand.ts';

/** `/timeless-config history`: who changed what. */
export const history: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'history',
    description: textsIn('en').config.history.description,
  },

  async execute(interaction, context, invoker, texts) {
    await deferPrivately(interaction);
    const entries = await context.settings.history(invoker.guildId);
    const embeds = historyPage(entries, { isAdministrator: isAdministrator(invoker) }, texts);
    await answerPrivately(interaction, { embeds });
  },
};
