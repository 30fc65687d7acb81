import { type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { overviewPage } from '../../replies/overview-page.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import { findRefusal } from '../find-refusal.ts';
import { type Invoker, rulesInTime } from '../invoker.ts';

/** `/timeless-me overview`: what is left for a member here, and what they can do with their data. */
export async function showOverview(
  interaction: ChatInputCommandInteraction,
  context: CommandContext,
  invoker: Invoker,
): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const { admission, jobs } = context;
  const { guildId, userId, roleIds } = invoker;
  const texts = textsIn(interaction.locale);
  const rules = await rulesInTime(invoker);
  const allowance = rules && (await admission.allowance(guildId, rules, { id: userId, roleIds }));
  if (!rules || !allowance) {
    await interaction.editReply(texts.refusal.busy);
    return;
  }
  const refusal = await findRefusal(context, invoker, rules);
  const facts = { userId, guildId, allowance, refusal, jobRefusal: jobs.refusal(guildId) };
  await interaction.editReply(overviewPage(facts, texts));
}
