import { MessageFlags, type RepliableInteraction } from 'discord.js';

/** Answers so that only the member sees it, also after an acknowledgement. */
export async function answerPrivately(interaction: RepliableInteraction, content: string): Promise<void> {
  const answer = { content, flags: MessageFlags.Ephemeral } as const;
  await (interaction.deferred || interaction.replied ? interaction.followUp(answer) : interaction.reply(answer));
}
