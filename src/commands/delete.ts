import { type ButtonInteraction, DiscordAPIError, MessageFlags, RESTJSONErrorCodes, Routes } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import type { Button } from './command.ts';
import { findOwnJob } from './find-job.ts';

/** Deletes a message unless it is gone already. */
async function remove(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownMessage)) throw error;
  }
}

/** The further messages of a job whose pictures didn't fit into one stand where the pressed one does. */
async function removeFurther({ client, message }: ButtonInteraction, job: Job): Promise<void> {
  // Nothing but the token of its own press reaches an ephemeral message.
  if (message.flags.has(MessageFlags.Ephemeral)) return;
  const further = job.messageIds.filter((id) => id !== message.id);
  const removals = further.map((id) => remove(() => client.rest.delete(Routes.channelMessage(message.channelId, id))));
  const failed = (await Promise.allSettled(removals)).find((removal) => removal.status === 'rejected');
  if (failed) throw failed.reason;
}

/** `Delete`: removes a finished job's messages, for its requester or a moderator. */
export const deletePicture: Button = {
  action: 'delete',
  async execute(interaction, jobId, context) {
    const job = await findOwnJob(interaction, jobId, context, 'delete');
    if (!job) return;
    await interaction.deferUpdate();
    await remove(() => interaction.deleteReply());
    await removeFurther(interaction, job);
    context.log.info({ job: jobId, user: interaction.user.id }, 'deleted');
  },
};
