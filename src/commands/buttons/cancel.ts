import { MessageFlags } from 'discord.js';
import { hasEnded } from '../../jobs/job.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { isModeratorHere } from '../moderator.ts';
import { findJob } from './find-job.ts';

/** `Cancel`: ends a queued job, for its requester or a moderator. */
export const cancel: Button = {
  action: 'cancel',
  async execute(interaction, jobId, context, invoker) {
    const texts = textsIn(interaction.locale).buttonRefusal.cancel;
    const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
    const job = await findJob(interaction, jobId, context, invoker);
    if (!job) return;
    if (invoker.userId !== job.requesterId && !(await isModeratorHere(invoker))) {
      context.log.info({ job: jobId, user: invoker.userId }, 'cancel denied: not the requester');
      await refuse(texts.requester);
      return;
    }
    if (hasEnded(job.state)) {
      await refuse(texts.ended);
      return;
    }
    if (job.state.name !== 'queued') {
      await refuse(texts.submitted);
      return;
    }
    await interaction.deferUpdate();
    if (!context.jobs.cancel(jobId, invoker.userId)) {
      await interaction.followUp({ content: texts.justSubmitted, flags: MessageFlags.Ephemeral });
    }
  },
};
