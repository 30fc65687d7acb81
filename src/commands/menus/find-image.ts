import { type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import { findInTime } from '../find-in-time.ts';
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
  const found = await findInTime(jobFinder.byMessage(messageId));
  if (found?.job && maySeeJob(found.job, invoker)) return found.job;
  const { menus, refusal } = textsIn(interaction.locale);
  await interaction.reply({ content: found ? menus.unknownMessage : refusal.busy, flags: MessageFlags.Ephemeral });
  return undefined;
}
