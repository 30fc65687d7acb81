import type { ButtonInteraction, ModalSubmitInteraction } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import type { CommandContext } from '../command.ts';
import type { Refusal } from '../form/keep-draft.ts';
import type { Invoker } from '../invoker.ts';
import { type ImageUse, mayUseImage } from '../may-use-image.ts';
import { findJob } from './find-job.ts';

/**
 * The job that a button or a form is about, if the member may do this with its image.
 * @param toRefusal default: the text alone
 * @returns undefined when there is none, or they may not; then they have been answered privately
 */
export async function findUsableJob(
  use: ImageUse,
  interaction: ButtonInteraction | ModalSubmitInteraction,
  jobId: string,
  context: CommandContext,
  invoker: Invoker,
  toRefusal?: (content: string) => Refusal,
): Promise<Job | undefined> {
  const job = await findJob(interaction, jobId, context, invoker, toRefusal);
  return job && (await mayUseImage(use, interaction, job, invoker, toRefusal)) ? job : undefined;
}
