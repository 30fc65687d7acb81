import { ApplicationCommandOptionType, ButtonStyle } from 'discord.js';
import { button, rowOf } from '../../replies/message.ts';
import { isAdministrator } from '../../settings/permissions.ts';
import { textsIn } from '../../texts/index.ts';
import { answerPrivately } from './answer.ts';
import type { Subcommand } from './subcommand.ts';

/** `/timeless-config reset`: asks first; `reset-confirmed.ts` does it. */
export const reset: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'reset',
    description: textsIn('en').config.reset.description,
  },

  async execute(interaction, _context, invoker, { config }) {
    const { question, withModeratorRoles, withoutModeratorRoles, label } = config.reset;
    const content = question(isAdministrator(invoker) ? withModeratorRoles : withoutModeratorRoles);
    const confirm = button({ action: 'reset-confirmed', label, style: ButtonStyle.Danger }, invoker.guildId);
    await answerPrivately(interaction, { content, components: rowOf([confirm]) });
  },
};
