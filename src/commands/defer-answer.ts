import { type ButtonInteraction, MessageFlags } from 'discord.js';

/** Takes time for what becomes of the private question under which a button stands; under any other message, for a private answer. */
export async function deferAnswer(interaction: ButtonInteraction): Promise<void> {
  if (interaction.message.flags.has(MessageFlags.Ephemeral)) await interaction.deferUpdate();
  else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
}
