import { MessageFlags } from 'discord.js';
import { mayBeAboutFiles } from '../../delivery/refusals.ts';
import { detailsMessage } from '../../replies/details.ts';
import type { Button } from '../command.ts';
import { findUsableJob } from './find-usable-job.ts';

/** `Details`: all that is kept of a job, for its requester and whoever may repeat it. */
export const details: Button = {
  action: 'details',
  async execute(interaction, jobId, context, invoker) {
    const job = await findUsableJob('details', interaction, jobId, context, invoker);
    if (!job) return;
    const flags = MessageFlags.Ephemeral;
    const { files, ...message } = detailsMessage(job, interaction.locale);
    try {
      await interaction.reply({ ...message, files, flags });
    } catch (error) {
      if (files.length === 0 || !mayBeAboutFiles(error)) throw error;
      await interaction.reply({ ...detailsMessage(job, interaction.locale, false), flags });
    }
  },
};
