import { ApplicationCommandOptionType, ButtonStyle } from 'discord.js';
import { button, rowOf } from '../../replies/message.ts';
import { isAdministrator } from '../../settings/permissions.ts';
import { answerPrivately } from './answer.ts';
import type { Subcommand } from './subcommand.ts';

/** `/timeless-config reset`: asks first; `reset-confirmed.ts` does it. */
export const reset: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'reset',
    description: 'Everything back to its default',
  },

  async execute(interaction, _context, invoker) {
    const moderators = isAdministrator(invoker)
      ? 'Since you are an administrator, the list of moderator roles is emptied too.'
      : 'The moderator roles stay: only an administrator can change them.';
    const content = `Set everything back to its default? Limits, channels, safety, filter words, blocks, defaults, budget, log channel, buttons and a pause: all are gone then. ${moderators} The history stays.`;
    const confirm = button({ action: 'reset-confirmed', label: 'Reset', style: ButtonStyle.Danger }, invoker.guildId);
    await answerPrivately(interaction, { content, components: rowOf([confirm]) });
  },
};
