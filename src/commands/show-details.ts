import { type ButtonInteraction, type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import { mayBeAboutFiles } from '../delivery/refusals.ts';
import type { Job } from '../jobs/job.ts';
import { detailsMessage } from '../replies/details.ts';

/** Shows all that is kept of a job, privately. */
export async function showDetails(
  interaction: ButtonInteraction | MessageContextMenuCommandInteraction,
  job: Job,
): Promise<void> {
  const flags = MessageFlags.Ephemeral;
  const { files, ...message } = detailsMessage(job, interaction.locale);
  try {
    await interaction.reply({ ...message, files, flags });
  } catch (error) {
    if (files.length === 0 || !mayBeAboutFiles(error)) throw error;
    await interaction.reply({ ...detailsMessage(job, interaction.locale, false), flags });
  }
}
