import { MessageFlags } from 'discord.js';
import { JOB_GONE } from '../replies/refusal.ts';
import type { Button } from './command.ts';
import { isModerator } from './moderator.ts';

/** `Cancel`: ends a job that waits in line, for its requester or a moderator. */
export const cancel: Button = {
  action: 'cancel',
  async execute(interaction, jobId, { jobs, log }) {
    const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
    const job = await jobs.find(jobId);
    if (!job) {
      await refuse(JOB_GONE);
      return;
    }
    if (interaction.user.id !== job.requesterId && !isModerator(interaction)) {
      log.info({ job: jobId, user: interaction.user.id }, 'refused to cancel for a stranger');
      await refuse('Only who asked for this picture, or a moderator, can cancel it.');
      return;
    }
    if (job.state.name !== 'queued') {
      await refuse(
        'This has been submitted already and can no longer be stopped; it will be charged when it is painted.',
      );
      return;
    }
    await interaction.deferUpdate();
    if (!jobs.cancel(jobId, interaction.user.id)) {
      const content = 'Too late: this got its turn just now and can no longer be stopped.';
      await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
    }
  },
};
