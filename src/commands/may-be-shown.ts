import { type ButtonInteraction, MessageFlags } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import { refuseShowing } from '../settings/policy.ts';
import { textsIn } from '../texts/index.ts';
import { now } from '../time.ts';
import { answerRefused } from './answer-refused.ts';
import type { CommandContext } from './command.ts';
import { type Invoker, rulesInTime } from './invoker.ts';
import { refusedText } from './refused-text.ts';
import { resolveChannel } from './resolve-channel.ts';

/** Whether the rules of now allow a job's images in this channel. If not, the member reads why, and moderators that somebody tried. */
export async function mayBeShown(
  interaction: ButtonInteraction,
  job: Pick<Job, 'parameters' | 'style' | 'isPrivate'>,
  { findParent, modLog, log }: CommandContext,
  invoker: Invoker,
): Promise<boolean> {
  const { parameters, style, isPrivate } = job;
  const { userId, roleIds, guildId } = invoker;
  const rules = await rulesInTime(invoker);
  if (!rules) {
    const content = textsIn(interaction.locale).refusal.busy;
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
    return false;
  }
  const channel = await resolveChannel(invoker, rules.settings, findParent);
  const reason = refuseShowing(rules, { id: userId, roleIds }, channel, { ...parameters, style, isPrivate }, now());
  if (!reason) return true;
  await answerRefused(interaction, reason, rules.settings, invoker, (content) => ({ content }), 'image');
  log.info({ user: userId, guild: guildId, channel: invoker.channel.id, refusal: reason.name }, 'image not shown');
  const text = refusedText(reason, rules, job);
  const facts = { memberId: userId, channelId: invoker.channel.id, isPrivate, text, reason };
  if (guildId !== undefined) modLog.note(guildId, { kind: 'refused', ...facts });
  return false;
}
