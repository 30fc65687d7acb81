import { type ButtonInteraction, MessageFlags } from 'discord.js';
import type { ShareOutcome } from '../../delivery/image-shares.ts';
import type { Job, JobIn } from '../../jobs/job.ts';
import { publicMessage } from '../../replies/public-message.ts';
import { refuseShowing } from '../../settings/policy.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { now } from '../../time.ts';
import { answerRefused } from '../answer-refused.ts';
import { attachmentSizeLimitOf } from '../attachment-size-limit.ts';
import type { Button, CommandContext } from '../command.ts';
import { missingPermissions } from '../config/missing-permissions.ts';
import { type Invoker, rulesInTime } from '../invoker.ts';
import { resolveChannel } from '../resolve-channel.ts';
import { findJob } from './find-job.ts';

/** The job, if the pressed message shows its private images in the channel where they were made. */
function findShareable({ message }: ButtonInteraction, job: Job, invoker: Invoker): JobIn<'delivered'> | undefined {
  const { guildId, channelId, messageIds, state } = job;
  const isHere = guildId !== undefined && guildId === invoker.guildId && channelId === invoker.channel.id;
  return isHere && job.isPrivate && messageIds.includes(message.id) && state.name === 'delivered'
    ? { ...job, state }
    : undefined;
}

/** Answers, if the server's rules of now don't allow the image in this channel. @returns whether they do */
async function mayBeShown(
  interaction: ButtonInteraction,
  { parameters }: Job,
  { findParent, modLog, log }: CommandContext,
  invoker: Invoker,
): Promise<boolean> {
  const { userId, roleIds, guildId } = invoker;
  const texts = textsIn(interaction.locale);
  const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
  const rules = await rulesInTime(invoker);
  if (!rules) {
    await refuse(texts.refusal.busy);
    return false;
  }
  const channel = await resolveChannel(invoker, rules.settings, findParent);
  const { prompt, negativePrompt } = parameters;
  const image = { prompt, negativePrompt, isPrivate: false };
  const reason = refuseShowing(rules, { id: userId, roleIds }, channel, image, now());
  if (reason) {
    await answerRefused(interaction, reason, rules.settings, invoker);
    log.info({ user: userId, guild: guildId, channel: invoker.channel.id, refusal: reason.name }, 'share refused');
    const text = (reason.name === 'filtered' && reason.field === 'negativePrompt' && negativePrompt) || prompt;
    const facts = { memberId: userId, channelId: invoker.channel.id, isPrivate: true, text, reason };
    if (guildId !== undefined) modLog.note(guildId, { kind: 'refused', ...facts });
    return false;
  }
  const missing = missingPermissions(invoker, texts);
  if (missing.length > 0) await refuse(texts.share.missingPermissions(missing.join(', ')));
  return missing.length === 0;
}

function outcomeText(outcome: ShareOutcome, { share: words }: Texts): string {
  switch (outcome.name) {
    case 'shared':
      return words.done(publicMessage(outcome.job) ?? '');
    case 'sharing':
      return words.sharing;
    case 'not loaded':
      return words.notLoaded;
    case 'rejected':
      return words.rejected;
    case 'unclear':
      return words.unclear;
    default:
      return outcome satisfies never;
  }
}

/** `Share`: posts a private image once in its channel, for everyone. Nothing is painted, or charged. */
export const share: Button = {
  action: 'share',
  async execute(interaction, jobId, context, invoker) {
    const texts = textsIn(interaction.locale);
    const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
    const job = await findJob(interaction, jobId, context, invoker);
    if (!job) return;
    if (job.requesterId !== invoker.userId) {
      await refuse(texts.share.requester);
      return;
    }
    if (job.sharedAtMs !== undefined) {
      await refuse(texts.share.shared(publicMessage(job) ?? ''));
      return;
    }
    const { fileUrls = [] } = invoker;
    const shareable = findShareable(interaction, job, invoker);
    if (!shareable || fileUrls.length === 0) {
      await refuse(texts.share.notHere);
      return;
    }
    if (!(await mayBeShown(interaction, job, context, invoker))) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const post = { fileUrls, attachmentSizeLimit: attachmentSizeLimitOf(interaction) };
    await interaction.editReply(outcomeText(await context.imageShares.share(shareable, post), texts));
  },
};
