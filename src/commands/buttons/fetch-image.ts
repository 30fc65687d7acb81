import { MessageFlags } from 'discord.js';
import type { StateName } from '../../jobs/job.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { now } from '../../time.ts';
import { attachmentSizeLimitOf } from '../attachment-size-limit.ts';
import type { Button } from '../command.ts';
import { mayBeShown } from '../may-be-shown.ts';
import { isModeratorHere } from '../moderator.ts';
import { withSpoilers } from '../with-spoilers.ts';
import { findJob } from './find-job.ts';

/** Why an image in this state can't be fetched. */
function refusalIn(state: StateName, { buttonRefusal }: Texts): string {
  const { onItsWay, delivered, gone } = buttonRefusal.fetch;
  if (state === 'rendered' || state === 'delivering') return onItsWay;
  return state === 'delivered' ? delivered : gone;
}

/** `Fetch image`: brings an image that could not be delivered, for its requester or a moderator. Nothing is painted, or charged, again. */
export const fetchImage: Button = {
  action: 'fetch-image',
  async execute(interaction, jobId, context, invoker) {
    const texts = textsIn(interaction.locale);
    const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
    const job = await findJob(interaction, jobId, context, invoker);
    if (!job) return;
    if (invoker.userId !== job.requesterId && !(await isModeratorHere(invoker))) {
      context.log.info({ job: jobId, user: invoker.userId }, 'fetch denied: not the requester');
      await refuse(texts.buttonRefusal.fetch.requester);
      return;
    }
    const { state } = job;
    if (state.name !== 'failed' || !state.rendered) {
      await refuse(refusalIn(state.name, texts));
      return;
    }
    // The rules may have changed, and from the list of one's own images it can be fetched anywhere.
    if (!(await mayBeShown(interaction, job, context, invoker))) return;
    const shown = withSpoilers({ ...job, state }, await invoker.rules);
    await interaction.deferReply(job.isPrivate ? { flags: MessageFlags.Ephemeral } : {});
    const reach = {
      interactionToken: interaction.token,
      receivedAtMs: now(),
      channelId: invoker.channel.id,
      attachmentSizeLimit: attachmentSizeLimitOf(interaction),
      isOutside: job.guildId !== invoker.guildId,
    };
    if (!(await context.jobs.redeliver(shown, reach))) await interaction.editReply(texts.buttonRefusal.fetch.fetching);
  },
};
