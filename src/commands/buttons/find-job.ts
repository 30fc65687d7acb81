import { type ButtonInteraction, MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import type { Invoker } from '../invoker.ts';
import { maySeeJob } from '../may-see-job.ts';

/**
 * The job that a button or a form belongs to, if who used it may know of it. A press from anywhere else is forged, since no message
 * of the job is there.
 * @returns undefined when there is none; then the press has been answered privately
 */
export async function findJob(
  interaction: ButtonInteraction | ModalSubmitInteraction,
  jobId: string,
  { jobs }: CommandContext,
  invoker: Invoker,
): Promise<Job | undefined> {
  const job = await jobs.find(jobId);
  if (job && maySeeJob(job, invoker)) return job;
  await interaction.reply({
    content: textsIn(interaction.locale).refusal.imageForgotten,
    flags: MessageFlags.Ephemeral,
  });
  return undefined;
}
