import { type ButtonInteraction, MessageFlags } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import { JOB_GONE } from '../replies/refusal.ts';
import type { CommandContext } from './command.ts';
import { isModerator } from './moderator.ts';

/**
 * The job that a button belongs to, as far as who pressed may know of it: its requester always, others only where the job
 * stands and is public. A press from anywhere else is forged, since no message of the job is there.
 * @returns undefined when there is none; then the press has been answered privately
 */
export async function findJob(
  interaction: ButtonInteraction,
  jobId: string,
  { jobs }: CommandContext,
): Promise<Job | undefined> {
  const job = await jobs.find(jobId);
  if (job?.requesterId === interaction.user.id) return job;
  const isSharedHere =
    job !== undefined &&
    !job.isPrivate &&
    job.guildId !== undefined &&
    job.guildId === interaction.guildId &&
    job.channelId === interaction.channelId;
  if (isSharedHere) return job;
  await interaction.reply({ content: JOB_GONE, flags: MessageFlags.Ephemeral });
  return undefined;
}

/** As `findJob`, for what only the requester and moderators may do. */
export async function findOwnJob(
  interaction: ButtonInteraction,
  jobId: string,
  context: CommandContext,
  verb: 'cancel' | 'delete',
): Promise<Job | undefined> {
  const job = await findJob(interaction, jobId, context);
  if (!job || interaction.user.id === job.requesterId || isModerator(interaction)) return job;
  context.log.info({ job: jobId, user: interaction.user.id }, `refused to ${verb} for a stranger`);
  const content = `Only who asked for this picture, or a moderator, can ${verb} it.`;
  await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  return undefined;
}
