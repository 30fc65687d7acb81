import {
  type ButtonInteraction,
  ButtonStyle,
  DiscordAPIError,
  MessageFlags,
  type REST,
  RESTJSONErrorCodes,
  Routes,
} from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import type { Log } from '../../log.ts';
import { mention, quoted } from '../../replies/format.ts';
import { message } from '../../replies/message.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button, CommandContext } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import type { Invoker } from '../invoker.ts';

type Deletion = 'deleted' | 'gone' | 'no access' | 'failed';

/** A delivered public job of the very server of the press: anyone who may see the log can forge the rest of a custom id. */
async function findLogged(jobId: string, { jobs }: CommandContext, invoker: Invoker): Promise<Job | undefined> {
  const job = await jobs.find(jobId);
  const isHere = job?.guildId !== undefined && job.guildId === invoker.guildId;
  return isHere && !job.isPrivate && job.state.name === 'delivered' ? job : undefined;
}

async function deleteMessage(
  rest: Pick<REST, 'delete'>,
  { id, channelId }: Job,
  messageId: string,
  log: Log,
): Promise<Deletion> {
  try {
    await rest.delete(Routes.channelMessage(channelId, messageId));
    return 'deleted';
  } catch (error) {
    switch (error instanceof DiscordAPIError && error.code) {
      case RESTJSONErrorCodes.UnknownMessage:
      case RESTJSONErrorCodes.UnknownChannel:
        return 'gone';
      case RESTJSONErrorCodes.MissingAccess:
      case RESTJSONErrorCodes.MissingPermissions:
        return 'no access';
      default:
        log.warn({ err: error, job: id }, 'a message was not deleted for a moderator');
        return 'failed';
    }
  }
}

/** What became of a job's messages, for the moderator who deleted them. */
function outcomeText({ requesterId, channelId }: Job, deletions: readonly Deletion[]): string {
  const whose = `The image of ${mention('@', requesterId)} in ${mention('#', channelId)}`;
  const some = deletions.includes('deleted') ? 'not all of it' : 'nothing';
  if (deletions.includes('no access'))
    return `${whose}: ${some} was deleted. The bot can't reach the channel: it needs View Channel there.`;
  if (deletions.includes('failed')) return `${whose}: ${some} was deleted, since Discord had trouble. Try again.`;
  if (deletions.includes('deleted')) return `${whose} is deleted.`;
  return `${whose} was gone already. If the bot could not post it there, it went to the member as a direct message.`;
}

function question({ id, requesterId, channelId, parameters }: Job) {
  const prompt = quoted(parameters.prompt);
  return message(id, {
    content: `Delete the image of ${mention('@', requesterId)} in ${mention('#', channelId)}: ${prompt}?`,
    buttons: [{ action: 'log-delete-confirmed', label: 'Delete image', style: ButtonStyle.Danger }],
  });
}

/** `Delete image` in the log channel: asks first. */
export const logDelete: Button = {
  action: 'log-delete',
  forModerators: true,

  async execute(interaction, jobId, context, invoker) {
    const job = await findLogged(jobId, context, invoker);
    const answer = job ? question(job) : { content: textsIn(interaction.locale).refusal.imageForgotten };
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
    const deletions = await Promise.all(job.messageIds.map((messageId) => deleteMessage(rest, job, messageId, log)));
    log.info({ job: jobId, user: invoker.userId, guild: invoker.guildId, deletions }, 'deleted for a moderator');
    // The button stays where another press may do more.
    const isOver = !deletions.some((deletion) => deletion === 'failed' || deletion === 'no access');
    const { components } = question(job);
    await interaction.editReply({ content: outcomeText(job, deletions), components: isOver ? [] : components });
  },
};
