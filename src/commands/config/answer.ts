import {
  type ChatInputCommandInteraction,
  type InteractionEditReplyOptions,
  type InteractionReplyOptions,
  MessageFlags,
} from 'discord.js';

type Answer = Pick<
  InteractionReplyOptions & InteractionEditReplyOptions,
  'content' | 'embeds' | 'components' | 'files'
>;

/** Takes time, beyond Discord's 3 s, to look something up or to store it: the moderator sees that the bot is thinking. */
export async function deferPrivately(interaction: ChatInputCommandInteraction): Promise<void> {
  if (!interaction.deferred) await interaction.deferReply({ flags: MessageFlags.Ephemeral });
}

/** Answers for the eyes of the moderator only, deferred or not. */
export async function answerPrivately(interaction: ChatInputCommandInteraction, answer: Answer): Promise<void> {
  if (interaction.deferred) await interaction.editReply(answer);
  else await interaction.reply({ ...answer, flags: MessageFlags.Ephemeral });
}
