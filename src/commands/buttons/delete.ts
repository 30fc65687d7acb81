import { type ButtonInteraction, MessageFlags, Routes } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { buttonRefusalText } from '../../replies/refusal.ts';
import { mayUseButton } from '../../settings/permissions.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button, CommandContext } from '../command.ts';
import { rulesInTime } from '../invoker.ts';
import { awaitDelivery } from './await-delivery.ts';
import { findJob } from './find-job.ts';
import { removeAll, removeMessage } from './remove-messages.ts';

/** The further messages of a job whose images didn't fit into one stand where the pressed one does. */
async function removeFurther(
  { client, message, guildId }: ButtonInteraction,
  job: Job,
  { jobFinder }: Pick<CommandContext, 'jobFinder'>,
): Promise<void> {
  // Nothing but the token of its own press reaches an ephemeral message.
  if (message.flags.has(MessageFlags.Ephemeral)) return;
  // The row doesn't list those that stand in direct messages.
  const ids = guildId === null ? await jobFinder.messagesOf(job.id) : job.messageIds;
  const further = ids.filter((id) => id !== message.id);
  await removeAll(further.map((id) => () => client.rest.delete(Routes.channelMessage(message.channelId, id))));
}

/** `Delete`: removes a finished job's messages, for its requester, a moderator, and whom else the server lets. */
export const deleteImage: Button = {
  action: 'delete',
  async execute(interaction, jobId, context, invoker) {
    const texts = textsIn(interaction.locale);
    // What is deleted is the message that was pressed on: it has to be one with this very button.
    if (interaction.component === null) {
      await interaction.reply({ content: texts.refusal.imageForgotten, flags: MessageFlags.Ephemeral });
      return;
    }
    const job = await findJob(interaction, jobId, context, invoker);
    if (!job) return;
    const rules = await rulesInTime(invoker);
    if (
      invoker.userId !== job.requesterId &&
      !(rules && mayUseButton('delete', invoker, job.requesterId, rules.settings))
    ) {
      context.log.info({ job: jobId, user: invoker.userId }, 'delete denied: not the requester');
      const content = rules ? buttonRefusalText(rules.settings.buttons.delete, 'delete', texts) : texts.refusal.busy;
      await interaction.reply({ content, flags: MessageFlags.Ephemeral });
      return;
    }
    await interaction.deferUpdate();
    await removeMessage(() => interaction.deleteReply());
    // Pressed on the first of several messages, while the others are still being sent.
    const ended = await awaitDelivery(job, context);
    await removeFurther(interaction, ended, context);
    // Without one private message in a server, the others are still there; and what was shared is what everyone sees.
    const { id, flags } = interaction.message;
    const othersRemain = invoker.guildId !== undefined && flags.has(MessageFlags.Ephemeral);
    const isShown = ended.sharedAtMs === undefined || ended.messageIds.includes(id);
    if (isShown && !othersRemain) await context.memberImages.markDeleted([jobId]);
    context.log.info({ job: jobId, user: invoker.userId }, 'deleted');
  },
};
