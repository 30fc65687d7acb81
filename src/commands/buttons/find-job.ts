import { type ButtonInteraction, MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import type { Invoker } from '../invoker.ts';

/**
 * The job that a button or a form belongs to, as far as who used it may know of it: its requester always, others only where the job
 * stands and is public. A press from anywhere else is forged, since no message of the job is there.
 * @returns undefined when there is none; then the press has been answered privately
 */
export async function findJob(
  interaction: ButtonInteraction | ModalSubmitInteraction,
  jobId: string,
  { jobs }: CommandContext,
  invoker: Invoker,
): Promise<Job | undefined> {
  const job = await jobs.find(jobId);
  if (job?.requesterId === invoker.userId) return job;
  const isSharedHere =
    job !== undefined &&
    !job.isPrivate &&
    job.guildId !== undefined &&
    job.guildId === invoker.guildId &&
    job.channelId === invoker.channel.id;
  if (isSharedHere) return job;
  await interaction.reply({
    content: textsIn(interaction.locale).refusal.imageForgotten,
    flags: MessageFlags.Ephemeral,
  });
  return undefined;
}
