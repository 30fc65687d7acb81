import { type ButtonInteraction, type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import { mayBeAboutFiles } from '../delivery/refusals.ts';
import type { Job } from '../jobs/job.ts';
import { detailsMessage } from '../replies/details.ts';
import type { CommandContext } from './command.ts';
import type { Invoker } from './invoker.ts';
import { canPickStyle } from './style/can-pick-style.ts';

/** Shows all that is kept of a job, privately. */
export async function showDetails(
  interaction: ButtonInteraction | MessageContextMenuCommandInteraction,
  job: Job,
  context: CommandContext,
  invoker: Invoker,
): Promise<void> {
  const flags = MessageFlags.Ephemeral;
  const { locale } = interaction;
  const reader = { locale, canPickStyle: await canPickStyle(job, locale, context, invoker) };
  const { files, ...message } = detailsMessage(job, reader);
  try {
    await interaction.reply({ ...message, files, flags });
  } catch (error) {
    if (files.length === 0 || !mayBeAboutFiles(error)) throw error;
    await interaction.reply({ ...detailsMessage(job, { ...reader, takesFiles: false }), flags });
  }
}
