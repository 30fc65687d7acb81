import { type ButtonInteraction, MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import { findInTime } from '../find-in-time.ts';
import type { Refusal } from '../form/keep-draft.ts';
import type { Invoker } from '../invoker.ts';
import { maySeeJob } from '../may-see-job.ts';

/**
 * The job that a button or a form belongs to, if who used it may know of it. Its requester may use it anywhere, such as in the list of
 * their images; from anyone else in another place it is forged, since no message of the job is there.
 * @param toRefusal default: the text alone
 * @returns undefined when there is none; then the press has been answered privately
 */
export async function findJob(
  interaction: ButtonInteraction | ModalSubmitInteraction,
  jobId: string,
  { jobs }: CommandContext,
  invoker: Invoker,
  toRefusal: (content: string) => Refusal = (content) => ({ content }),
): Promise<Job | undefined> {
  const found = await findInTime(jobs.find(jobId));
  if (found?.job && maySeeJob(found.job, invoker)) return found.job;
  const { imageForgotten, busy } = textsIn(interaction.locale).refusal;
  await interaction.reply({ ...toRefusal(found ? imageForgotten : busy), flags: MessageFlags.Ephemeral });
  return undefined;
}
