import type { Delivery } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { endMessage, plainEndMessage } from '../replies/ending.ts';
import { endProgress } from './end-progress.ts';
import { insist } from './insist.ts';
import { climb } from './ladder.ts';
import { deliverPictures, type PictureParts } from './pictures.ts';
import { ProgressEditor, type ProgressParts } from './progress.ts';
import { isMessageGone, isWayGone } from './refusals.ts';

type DeliveryParts = PictureParts & ProgressParts;

/** How jobs reach their members on Discord. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const progress = new ProgressEditor(parts);
  return {
    showProgress: (job, news) => progress.show(job, news),
    async deliver(job, ending) {
      const current = await progress.settle(job);
      if (ending.name === 'delivered') return deliverPictures(parts, current, ending);
      const bodies = [endMessage(current, ending), plainEndMessage(current, ending)];
      const messages = bodies.map((body) => ({ body, files: [] }));
      const climbed = await climb(current, messages, parts);
      const { reached } = climbed;
      await endProgress(current, ending, climbed, parts);
      if (reached) await parts.onMessages(current, [reached.messageId]);
      return reached !== undefined;
    },
    wasAcknowledged: (job) => wasAcknowledged(parts, job),
  };
}

async function wasAcknowledged({ routes, log, onMessages }: DeliveryParts, job: Job): Promise<boolean> {
  if (!routes.isTokenAlive(job)) return false;
  const found = await insist(() => routes.findReply(job), { job: job.id, rung: 'reply' }, log);
  // Only a token that Discord does not know means that nobody was answered; a reply that somebody deleted was one.
  if ('error' in found) return isMessageGone(found.error) || !isWayGone(found.error);
  await onMessages(job, [found.value]);
  return true;
}
