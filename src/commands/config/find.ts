import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { JOB_ID_LENGTH } from '../../replies/custom-id.ts';
import { mention } from '../../replies/format.ts';
import { jobList } from '../../replies/mod-log/job-list.ts';
import { modLogMessage } from '../../replies/mod-log/message.ts';
import { SNOWFLAKE_FORM } from '../../snowflake.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import { withSpoilers } from '../with-spoilers.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { idOption } from './given-options.ts';
import type { GuildInvoker, Subcommand } from './subcommand.ts';

const english = textsIn('en').config.find;

const MAX_LISTED = 10;

/** A link to a message, as each of Discord's clients copies it, or the id of one. */
const MESSAGE = new RegExp(
  String.raw`^<?(?:https://(?:ptb\.|canary\.)?discord(?:app)?\.com/channels/(?:@me|${SNOWFLAKE_FORM})/${SNOWFLAKE_FORM}/)?(?<messageId>${SNOWFLAKE_FORM})>?$`,
);

type Answer = Parameters<typeof answerPrivately>[1];

interface Sought {
  readonly reference: string | undefined;
  readonly message: string | undefined;
  readonly memberId: string | undefined;
}

function soughtIn(interaction: ChatInputCommandInteraction): Sought {
  const textOf = (name: string) => interaction.options.getString(name)?.trim() ?? undefined;
  return {
    reference: textOf('reference')?.toLowerCase(),
    message: textOf('message'),
    memberId: idOption(interaction, 'member'),
  };
}

/** One job of this server as its log channel shows it. */
async function jobAnswer(
  found: Job | undefined,
  { loadPreview }: CommandContext,
  { guildId, rules }: GuildInvoker,
  unknown: string,
  texts: Texts,
): Promise<Answer> {
  if (found?.guildId !== guildId) return { content: unknown };
  const preview = await loadPreview(found);
  const job = withSpoilers(found, await rules);
  const { body, files } = modLogMessage([{ kind: 'finished', job, count: 1 }], texts, () => preview);
  return { embeds: body.embeds, components: body.components, files };
}

async function find(
  { reference, message, memberId }: Sought,
  context: CommandContext,
  invoker: GuildInvoker,
  texts: Texts,
): Promise<Answer> {
  const { jobs, jobFinder } = context;
  const words = texts.config.find;
  const given = [reference, message, memberId].filter((option) => option !== undefined);
  if (given.length !== 1) return { content: given.length === 0 ? words.missing : words.several };
  if (reference !== undefined)
    return jobAnswer(await jobs.find(reference), context, invoker, words.unknownReference, texts);
  if (memberId !== undefined) {
    const list = await jobFinder.latestOf(invoker.guildId, memberId, MAX_LISTED);
    const member = mention('@', memberId);
    return list.length > 0 ? { embeds: [jobList(member, list, texts)] } : { content: words.none(member) };
  }
  const messageId = MESSAGE.exec(message ?? '')?.groups?.['messageId'];
  if (messageId === undefined) return { content: words.notMessage };
  return jobAnswer(await jobFinder.byMessage(messageId), context, invoker, words.unknownMessage, texts);
}

/** `/timeless-config find`: shows what is recorded of a request, privately. */
export const findRequest: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'find',
    description: english.description,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'reference',
        description: english.reference,
        min_length: JOB_ID_LENGTH,
        max_length: JOB_ID_LENGTH,
      },
      { type: ApplicationCommandOptionType.String, name: 'message', description: english.message, max_length: 150 },
      { type: ApplicationCommandOptionType.User, name: 'member', description: english.member },
    ],
  },

  async execute(interaction, context, invoker, texts) {
    await deferPrivately(interaction);
    await answerPrivately(interaction, await find(soughtIn(interaction), context, invoker, texts));
  },
};
