import type { QueueView } from '../../replies/queue-page.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import { loadQueuePage } from '../queue/load-queue-page.ts';

const turnTo =
  (view: QueueView): Button['execute'] =>
  async (interaction, page, context, invoker) => {
    await deferAnswer(interaction);
    const texts = textsIn(interaction.locale);
    await interaction.editReply(await loadQueuePage({ view, page: Number(page) }, context, invoker, texts));
  };

/** A page of the member's own requests. */
export const queueMine: Button = { action: 'queue-mine', execute: turnTo('mine') };

/** A page of all requests in the server. */
export const queueServer: Button = { action: 'queue-server', forModerators: true, execute: turnTo('server') };
