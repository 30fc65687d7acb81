import { type ButtonInteraction, MessageFlags } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Invoker } from '../invoker.ts';

/** Whether the data that a button is about is the member's own. If not, the member reads so. */
export async function isOwnData(
  interaction: ButtonInteraction,
  ownerId: string,
  { userId }: Pick<Invoker, 'userId'>,
): Promise<boolean> {
  if (ownerId === userId) return true;
  await interaction.reply({ content: textsIn(interaction.locale).me.notYours, flags: MessageFlags.Ephemeral });
  return false;
}
