import { MessageFlags } from 'discord.js';
import type { StateName } from '../../jobs/job.ts';
import { now } from '../../time.ts';
import { attachmentSizeLimitOf } from '../attachment-size-limit.ts';
import type { Button } from '../command.ts';
import { isModeratorHere } from '../moderator.ts';
import { findJob } from './find-job.ts';

const REFUSALS: Partial<Record<StateName, string>> = {
  rendered: 'This image is on its way right now.',
  delivering: 'This image is on its way right now.',
  delivered: 'This image has already been fetched.',
};

/** `Fetch image`: brings an image that could not be delivered, for its requester or a moderator. Nothing is painted, or charged, again. */
export const fetchImage: Button = {
  action: 'fetch-image',
  async execute(interaction, jobId, context, invoker) {
    const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
    const job = await findJob(interaction, jobId, context, invoker);
    if (!job) return;
    if (invoker.userId !== job.requesterId && !(await isModeratorHere(invoker))) {
      context.log.info({ job: jobId, user: invoker.userId }, 'fetch denied: not the requester');
      await refuse('Only the person who requested this image, or a moderator, can fetch it.');
      return;
    }
    const { state } = job;
    if (state.name !== 'failed' || !state.rendered) {
      await refuse(REFUSALS[state.name] ?? 'This image can no longer be fetched.');
      return;
    }
    await interaction.deferReply(job.isPrivate ? { flags: MessageFlags.Ephemeral } : {});
    const reach = {
      interactionToken: interaction.token,
      receivedAtMs: now(),
      channelId: invoker.channel.id,
      attachmentSizeLimit: attachmentSizeLimitOf(interaction),
    };
    if (!(await context.jobs.redeliver({ ...job, state }, reach)))
      await interaction.editReply('This image is already being fetched.');
  },
};
