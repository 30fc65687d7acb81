import { type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import type { Invoker } from '../invoker.ts';
import { maySeeJob } from '../may-see-job.ts';

/**
 * The job that a message shows or showed, if the member may know of it.
 * @returns undefined when there is none; then the member has been answered privately
 */
export async function findImage(
  interaction: MessageContextMenuCommandInteraction,
  messageId: string,
  { jobFinder }: CommandContext,
  invoker: Invoker,
): Promise<Job | undefined> {
  const job = await jobFinder.byMessage(messageId);
  if (job && maySeeJob(job, invoker)) return job;
  await interaction.reply({
    content: textsIn(interaction.locale).menus.unknownMessage,
    flags: MessageFlags.Ephemeral,
  });
  return undefined;
}
