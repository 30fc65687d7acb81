import { MessageFlags } from 'discord.js';
import { hasEnded } from '../../jobs/job.ts';
import type { Button } from '../command.ts';
import { isModeratorHere } from '../moderator.ts';
import { findJob } from './find-job.ts';

/** `Cancel`: ends a job that waits in line, for its requester or a moderator. */
export const cancel: Button = {
  action: 'cancel',
  async execute(interaction, jobId, context, invoker) {
    const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
    const job = await findJob(interaction, jobId, context, invoker);
    if (!job) return;
    if (invoker.userId !== job.requesterId && !(await isModeratorHere(invoker))) {
      context.log.info({ job: jobId, user: invoker.userId }, 'refused to cancel for a stranger');
      await refuse('Only who asked for this image, or a moderator, can cancel it.');
      return;
    }
    if (hasEnded(job.state)) {
      await refuse('This has ended already, so that it can no longer be stopped.');
      return;
    }
    if (job.state.name !== 'queued') {
      await refuse(
        'This has been submitted already and can no longer be stopped; it will be charged when it is painted.',
      );
      return;
    }
    await interaction.deferUpdate();
    if (!context.jobs.cancel(jobId, invoker.userId)) {
      const content = 'Too late: this got its turn just now and can no longer be stopped.';
      await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
    }
  },
};
