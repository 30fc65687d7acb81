import { MessageFlags } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { isOperatorGuild } from './usage.ts';

/** `Check again`: asks whether submits may go on, for moderators of the operator's own servers. */
export const checkAgain: Button = {
  action: 'check-again',
  forModerators: true,

  async execute(interaction, guildId, context, invoker) {
    const { account, log } = context;
    if (guildId !== invoker.guildId || !isOperatorGuild(context, guildId)) {
      log.warn(
        { user: invoker.userId, guild: invoker.guildId },
        'refused to check again outside of the servers of the operator',
      );
      await interaction.reply({
        content: textsIn(interaction.locale).refusal.unknownAction,
        flags: MessageFlags.Ephemeral,
      });
      return;
    }
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const goesOn = await account.checkAgain();
    const stopped = account.stopped();
    log.info({ user: invoker.userId, guild: guildId, goesOn, stopped }, 'checked again whether submits may go on');
    await interaction.editReply({ content: outcome(goesOn, stopped && textsIn(interaction.locale).stop[stopped]) });
  },
};

function outcome(goesOn: boolean, why: string | undefined): string {
  if (why === undefined) return 'Submits go on.';
  return goesOn
    ? `${why} Only a try can tell whether that is over: the next image is submitted, and the others follow when it is taken.`
    : `Checked, and it is still so. ${why}`;
}
