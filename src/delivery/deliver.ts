import type { Delivery } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { endMessage, plainEndMessage } from '../replies/ending.ts';
import { deliverByFirstRoute } from './deliver-by-first-route.ts';
import { endProgress } from './end-progress.ts';
import { deliverImages, type ImageParts } from './images.ts';
import { ProgressEditor, type ProgressParts } from './progress.ts';
import { isMessageGone, isWayGone } from './refusals.ts';
import { retryTransient } from './retry-transient.ts';

type DeliveryParts = ImageParts & ProgressParts;

/** How jobs reach their members on Discord. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const progress = new ProgressEditor(parts);
  return {
    showProgress: (job, news) => progress.show(job, news),
    async deliver(job, ending) {
      const current = await progress.settle(job);
      if (ending.name === 'delivered') return deliverImages(parts, current, ending);
      const bodies = [endMessage(current, ending), plainEndMessage(current, ending)];
      const messages = bodies.map((body) => ({ body, files: [] }));
      const outcome = await deliverByFirstRoute(current, messages, parts);
      const { reached } = outcome;
      await endProgress(current, ending, outcome, parts);
      if (reached) await parts.onMessages(current, [reached.messageId]);
      return reached !== undefined;
    },
    async hasArrived(job) {
      const found = await retryTransient(() => parts.routes.hasFiles(job), { job: job.id, route: 'reply' }, parts.log);
      return 'value' in found && found.value;
    },
    wasAcknowledged: (job) => wasAcknowledged(parts, job),
  };
}

async function wasAcknowledged({ routes, log, onMessages }: DeliveryParts, job: Job): Promise<boolean> {
  if (!routes.isTokenAlive(job)) return false;
  const found = await retryTransient(() => routes.findReply(job), { job: job.id, route: 'reply' }, log);
  // Only a token that Discord does not know means that nobody was answered; a reply that somebody deleted was one.
  if ('error' in found) return isMessageGone(found.error) || !isWayGone(found.error);
  await onMessages(job, [found.value]);
  return true;
}
