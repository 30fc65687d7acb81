import { MessageFlags, Routes } from 'discord.js';
import { JOB_GONE } from '../replies/refusal.ts';
import type { Button } from './command.ts';
import { isModerator } from './moderator.ts';

/** `Delete`: removes a finished job's messages, for its requester or a moderator. */
export const deletePicture: Button = {
  action: 'delete',
  async execute(interaction, jobId, { jobs, log }) {
    const job = await jobs.find(jobId);
    if (!job) {
      await interaction.reply({ content: JOB_GONE, flags: MessageFlags.Ephemeral });
      return;
    }
    if (interaction.user.id !== job.requesterId && !isModerator(interaction)) {
      log.info({ job: jobId, user: interaction.user.id }, 'refused to delete for a stranger');
      const content = 'Only who asked for this picture, or a moderator, can delete it.';
      await interaction.reply({ content, flags: MessageFlags.Ephemeral });
      return;
    }
    await interaction.deferUpdate();
    await interaction.deleteReply();
    // The further messages of a job whose pictures didn't fit into one. Those of a private answer are out of the bot's reach.
    if (job.isPrivate) return;
    for (const messageId of job.messageIds.filter((id) => id !== interaction.message.id)) {
      await interaction.client.rest.delete(Routes.channelMessage(interaction.message.channelId, messageId));
    }
    log.info({ job: jobId, user: interaction.user.id }, 'deleted');
  },
};
