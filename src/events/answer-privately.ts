import { MessageFlags, type RepliableInteraction } from 'discord.js';
import type { MessageBody } from '../replies/message.ts';

/** Answers so that only the member sees it, also after an acknowledgement. */
export async function answerPrivately(
  interaction: RepliableInteraction,
  content: string,
  more: Partial<Pick<MessageBody, 'components'>> = {},
): Promise<void> {
  const answer = { content, ...more, flags: MessageFlags.Ephemeral } as const;
  await (interaction.deferred || interaction.replied ? interaction.followUp(answer) : interaction.reply(answer));
}
