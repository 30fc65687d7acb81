import type { ButtonInteraction } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import type { CommandContext } from './command.ts';

/**
 * The job that a button belongs to, as far as who pressed may know of it: its requester always, others only where the job
 * stands and is public. A press from anywhere else is forged, since no message of the job is there. Undefined counts as gone.
 */
export async function findJob(
  interaction: ButtonInteraction,
  jobId: string,
  { jobs }: CommandContext,
): Promise<Job | undefined> {
  const job = await jobs.find(jobId);
  if (!job || job.requesterId === interaction.user.id) return job;
  const isSharedHere =
    !job.isPrivate &&
    job.guildId !== undefined &&
    job.guildId === interaction.guildId &&
    job.channelId === interaction.channelId;
  return isSharedHere ? job : undefined;
}
