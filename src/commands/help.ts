import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  MessageFlags,
  type REST,
} from 'discord.js';
import { type HelpFacts, helpPage } from '../replies/help-page.ts';
import { findTightestBudget } from '../settings/budget.ts';
import { effectiveLimit } from '../settings/effective-limit.ts';
import { megapixelsOf } from '../settings/estimate.ts';
import type { RequestLimitName } from '../settings/limits.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { now } from '../time.ts';
import type { Command, CommandContext } from './command.ts';
import { findRefusal } from './find-refusal.ts';
import { type Invoker, rulesInTime } from './invoker.ts';
import { SIZES, sizeChoices } from './sizes.ts';
import { findUsableChannels, isAboutChannel } from './usable-channels.ts';

/** What applies to a member here; undefined when the database doesn't answer in time. */
async function findFacts(
  context: CommandContext,
  invoker: Invoker,
  rest: REST,
  texts: Texts,
): Promise<HelpFacts | undefined> {
  const { guildId, userId, roleIds } = invoker;
  const { admission, jobs } = context;
  const rules = await rulesInTime(invoker);
  const allowance = rules && (await admission.allowance(guildId, rules, { id: userId, roleIds }));
  if (!rules || !allowance) return undefined;
  const { settings, filter, ceilings } = rules;
  const refusal = await findRefusal(context, invoker, rules);
  const mayGoElsewhere = guildId !== undefined && refusal !== undefined && isAboutChannel(refusal);
  const spending = guildId === undefined ? undefined : await admission.spending(guildId);
  const limitOf = (name: RequestLimitName) => effectiveLimit(settings, roleIds, name).value;
  const requestLimits = {
    maxSteps: limitOf('maxSteps'),
    maxSamples: limitOf('maxSamples'),
    maxMegapixels: limitOf('maxMegapixels'),
  };
  const sizes = SIZES.filter((size) => megapixelsOf(size) <= requestLimits.maxMegapixels);
  return {
    isDirectMessage: guildId === undefined,
    refusal,
    jobRefusal: jobs.refusal(guildId),
    channelIds: mayGoElsewhere ? await findUsableChannels(rest, { ...invoker, guildId }, settings) : [],
    examples: texts.help.examples.prompts.flatMap((prompt, index) => (filter.find(prompt) ? [] : [index + 1])),
    sizes: sizeChoices(texts, sizes).map(({ name }) => name),
    allowance,
    requestLimits,
    budget: spending && findTightestBudget(settings, ceilings, spending, now()),
    isPrivateAllowed: settings.safety.privateAllowed,
    hasLogChannel: settings.logChannelId !== undefined,
  };
}

/** `/timeless-help`: how to make images, and what applies to the member here. */
export const timelessHelp = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless-help',
    description: textsIn('en').help.description,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },

  async execute(interaction, context, invoker) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const texts = textsIn(interaction.locale);
    const facts = await findFacts(context, invoker, interaction.client.rest, texts);
    await interaction.editReply(facts ? helpPage(facts, texts) : texts.refusal.busy);
  },
} satisfies Command;
