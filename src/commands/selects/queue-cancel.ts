import type { Job } from '../../jobs/job.ts';
import type { QueueView } from '../../replies/queue-page.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext, Select } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import type { Invoker } from '../invoker.ts';
import { loadQueuePage } from '../queue/load-queue-page.ts';

/** Whether the job is one of those that the view lists: a choice can be forged. */
function isListed(job: Job | undefined, view: QueueView, { userId, guildId }: Invoker): boolean {
  return view === 'mine' ? job?.requesterId === userId : job?.guildId !== undefined && job.guildId === guildId;
}

/** Cancels those of the chosen jobs that the member may cancel and that are still in the queue. @returns their ids */
async function cancelChosen(
  jobIds: readonly string[],
  view: QueueView,
  { jobs, log }: CommandContext,
  invoker: Invoker,
): Promise<string[]> {
  const found = await Promise.all(jobIds.map((id) => jobs.find(id)));
  const cancelled = jobIds.filter(
    (id, index) => isListed(found[index], view, invoker) && jobs.cancel(id, invoker.userId),
  );
  log.info({ jobs: cancelled, user: invoker.userId, guild: invoker.guildId }, 'cancelled from the queue page');
  return cancelled;
}

const cancelIn =
  (view: QueueView): Select['execute'] =>
  async (interaction, page, context, invoker) => {
    await deferAnswer(interaction);
    const texts = textsIn(interaction.locale);
    const { cancelled, notCancelled } = texts.queue;
    const cancelledIds = await cancelChosen(interaction.values, view, context, invoker);
    const missed = interaction.values.length - cancelledIds.length;
    const note = [
      ...(cancelledIds.length > 0 ? [cancelled(cancelledIds.length)] : []),
      ...(missed > 0 ? [notCancelled(missed)] : []),
    ].join(' ');
    const asked = { view, page: Number(page), cancelledIds, note };
    await interaction.editReply(await loadQueuePage(asked, context, invoker, texts));
  };

/** `Cancel requests` under the member's own. */
export const queueCancelMine: Select = { action: 'queue-cancel-mine', execute: cancelIn('mine') };

/** `Cancel requests` under those of the server. */
export const queueCancelServer: Select = {
  action: 'queue-cancel-server',
  forModerators: true,
  execute: cancelIn('server'),
};
