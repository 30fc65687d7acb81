import { MessageFlags } from 'discord.js';
import { type Texts, textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { isOperatorGuild } from './usage.ts';

/** `Check again`: asks Segmind whether it takes requests again, for moderators of the operator's own servers. */
export const checkAgain: Button = {
  action: 'check-again',
  forModerators: true,

  async execute(interaction, guildId, context, invoker) {
    const { account, log } = context;
    const texts = textsIn(interaction.locale);
    if (guildId !== invoker.guildId || !isOperatorGuild(context, guildId)) {
      log.warn({ user: invoker.userId, guild: invoker.guildId }, 'check again denied: not an operator server');
      await interaction.reply({ content: texts.refusal.unknownAction, flags: MessageFlags.Ephemeral });
      return;
    }
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const goesOn = await account.checkAgain();
    const stopped = account.stopped();
    log.info({ user: invoker.userId, guild: guildId, goesOn, stopped }, 'submit hold checked by a moderator');
    await interaction.editReply({ content: outcome(goesOn, stopped && texts.stop[stopped], texts) });
  },
};

function outcome(goesOn: boolean, cause: string | undefined, { config }: Texts): string {
  const { resumed, trying, stillStopped } = config.usage.checkAgain;
  if (cause === undefined) return resumed;
  return goesOn ? trying(cause) : stillStopped(cause);
}
