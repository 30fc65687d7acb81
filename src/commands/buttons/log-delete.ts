import { type ButtonInteraction, ButtonStyle, MessageFlags } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { mention, quoted } from '../../replies/format.ts';
import { message } from '../../replies/message.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import type { Button, CommandContext } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import { type Deletion, deleteMessage, isGone } from '../delete-message.ts';
import type { Invoker } from '../invoker.ts';

/** A delivered public job of the very server of the press: anyone who may see the log can forge the rest of a custom id. */
async function findLogged(jobId: string, { jobs }: CommandContext, invoker: Invoker): Promise<Job | undefined> {
  const job = await jobs.find(jobId);
  const isHere = job?.guildId !== undefined && job.guildId === invoker.guildId;
  return isHere && !job.isPrivate && job.state.name === 'delivered' ? job : undefined;
}

function imageText({ requesterId, channelId }: Job, { config }: Texts): string {
  return config.logDelete.image({ member: mention('@', requesterId), channel: mention('#', channelId) });
}

/** What became of a job's messages, for the moderator who deleted them. */
function outcomeText(job: Job, deletions: readonly Deletion[], texts: Texts): string {
  const { deleted, gone, noAccess, failed } = texts.config.logDelete;
  const image = imageText(job, texts);
  const facts = { image, isPartlyDeleted: deletions.includes('deleted') };
  if (deletions.includes('no access')) return noAccess(facts);
  if (deletions.includes('failed')) return failed(facts);
  return facts.isPartlyDeleted ? deleted(image) : gone(image);
}

function question(job: Job, texts: Texts) {
  const { question: ask } = texts.config.logDelete;
  return message(job.id, {
    content: ask({ image: imageText(job, texts), prompt: quoted(job.parameters.prompt) }),
    buttons: [{ action: 'log-delete-confirmed', label: texts.modLog.deleteImage, style: ButtonStyle.Danger }],
  });
}

/** `Delete image` in the log channel: asks first. */
export const logDelete: Button = {
  action: 'log-delete',
  forModerators: true,

  async execute(interaction, jobId, context, invoker) {
    const job = await findLogged(jobId, context, invoker);
    const answer = job
      ? question(job, textsIn(interaction.locale))
      : { content: textsIn(interaction.locale).refusal.imageForgotten };
    await interaction.reply({ ...answer, flags: MessageFlags.Ephemeral });
  },
};

/** `Delete image` under that question. */
export const logDeleteConfirmed: Button = {
  action: 'log-delete-confirmed',
  forModerators: true,

  async execute(interaction: ButtonInteraction, jobId, context, invoker) {
    await deferAnswer(interaction);
    const job = await findLogged(jobId, context, invoker);
    if (!job) {
      await interaction.editReply({ content: textsIn(interaction.locale).refusal.imageForgotten, components: [] });
      return;
    }
    const { rest } = interaction.client;
    const { log } = context;
    const { channelId } = job;
    const onFailed = (error: unknown) => log.warn({ err: error, job: jobId }, 'deleting an image message failed');
    const deletions = await Promise.all(
      job.messageIds.map((messageId) => deleteMessage(rest, { channelId, messageId }, onFailed)),
    );
    log.info({ job: jobId, user: invoker.userId, guild: invoker.guildId, deletions }, 'image deleted by a moderator');
    // The button stays where another press may do more.
    const isOver = deletions.every(isGone);
    if (isOver) await context.memberImages.markDeleted([jobId]);
    const texts = textsIn(interaction.locale);
    const { components } = question(job, texts);
    await interaction.editReply({ content: outcomeText(job, deletions, texts), components: isOver ? [] : components });
  },
};
