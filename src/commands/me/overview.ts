import { type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { overviewPage } from '../../replies/overview-page.ts';
import type { PolicyRefusal } from '../../settings/policy-refusal.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import { defaultsFor, isPrivateByDefault } from '../defaults.ts';
import { type Invoker, rulesInTime } from '../invoker.ts';
import { resolveChannel } from '../resolve-channel.ts';

/** `/timeless-me overview`: what is left for a member here, and what they can do with their data. */
export async function showOverview(
  interaction: ChatInputCommandInteraction,
  context: CommandContext,
  invoker: Invoker,
): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const { admission } = context;
  const { guildId, userId, roleIds } = invoker;
  const texts = textsIn(interaction.locale);
  const rules = await rulesInTime(invoker);
  const allowance = rules && (await admission.allowance(guildId, rules, { id: userId, roleIds }));
  if (!rules || !allowance) {
    await interaction.editReply(texts.refusal.busy);
    return;
  }
  const refusal = await findRefusal(context, invoker, rules);
  await interaction.editReply(overviewPage({ userId, guildId, allowance, refusal }, texts));
}

/** Why a request with nothing but a prompt would be refused here and now. */
async function findRefusal(
  { admission, findParent, preferences }: CommandContext,
  invoker: Invoker,
  rules: Awaited<Invoker['rules']>,
): Promise<PolicyRefusal | undefined> {
  const { guildId, userId, roleIds } = invoker;
  const [channel, ask, own] = await Promise.all([
    resolveChannel(invoker, rules.settings, findParent),
    admission.open(guildId, rules),
    preferences.load(userId),
  ]);
  const answer = ask?.({
    jobId: '',
    member: { id: userId, roleIds },
    channel,
    request: {
      ...defaultsFor(rules.settings, roleIds, [own.defaults]).defaults,
      prompt: '',
      isPrivate: isPrivateByDefault(own, guildId),
    },
  });
  return answer?.allowed === false ? answer.reason : undefined;
}
