import { type ButtonInteraction, MessageFlags } from 'discord.js';
import type { ShareOutcome } from '../../jobs/image-sharing.ts';
import type { Job, JobIn } from '../../jobs/job.ts';
import { publicMessage } from '../../replies/public-message.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { attachmentSizeLimitOf } from '../attachment-size-limit.ts';
import type { Button } from '../command.ts';
import { missingPermissions } from '../config/missing-permissions.ts';
import type { Invoker } from '../invoker.ts';
import { mayBeShown } from '../may-be-shown.ts';
import { withSpoilers } from '../with-spoilers.ts';
import { findJob } from './find-job.ts';

/** The job, if the pressed message shows its private images in the channel where they were made. */
function findShareable({ message }: ButtonInteraction, job: Job, invoker: Invoker): JobIn<'delivered'> | undefined {
  const { guildId, channelId, messageIds, state } = job;
  const isHere = guildId !== undefined && guildId === invoker.guildId && channelId === invoker.channel.id;
  return isHere && job.isPrivate && messageIds.includes(message.id) && state.name === 'delivered'
    ? { ...job, state }
    : undefined;
}

function outcomeText(outcome: ShareOutcome, { state }: JobIn<'delivered'>, { share: words }: Texts): string {
  switch (outcome.name) {
    case 'shared': {
      const link = publicMessage(outcome.job) ?? '';
      const { imageCount = state.imageCount } = outcome;
      return imageCount < state.imageCount ? words.doneSome(imageCount, state.imageCount, link) : words.done(link);
    }
    case 'gone':
      return words.gone;
    case 'restarting':
      return words.restarting;
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
    if (job.state.name === 'delivering') {
      await refuse(texts.buttonRefusal.fetch.onItsWay);
      return;
    }
    const { fileUrls = [] } = invoker;
    const shareable = findShareable(interaction, job, invoker);
    if (!shareable || fileUrls.length === 0) {
      await refuse(texts.share.notHere);
      return;
    }
    if (!(await mayBeShown(interaction, { ...job, isPrivate: false }, context, invoker))) return;
    const missing = missingPermissions(invoker, texts);
    if (missing.length > 0) {
      await refuse(texts.share.missingPermissions(missing.join(', ')));
      return;
    }
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const shown = withSpoilers(shareable, await invoker.rules);
    const post = { fileUrls, attachmentSizeLimit: attachmentSizeLimitOf(interaction) };
    const shareAndAnswer = async () => {
      const outcome = await context.imageShares.share(shown, post);
      await interaction.editReply(outcomeText(outcome, shareable, texts));
    };
    await context.criticalWork.run(shareAndAnswer());
  },
};
