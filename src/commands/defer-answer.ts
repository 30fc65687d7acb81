import { type MessageComponentInteraction, MessageFlags } from 'discord.js';

/** Takes time for what becomes of the private message under which a button or select stands; under any other message, for a private answer. */
export async function deferAnswer(interaction: MessageComponentInteraction): Promise<void> {
  if (interaction.message.flags.has(MessageFlags.Ephemeral)) await interaction.deferUpdate();
  else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
}
