import type { Delivery, Image } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { endMessage, plainEndMessage } from '../replies/ending.ts';
import { deliverByFirstRoute } from './deliver-by-first-route.ts';
import { deliverImages, type ImageParts } from './deliver-images.ts';
import { endProgress } from './end-progress.ts';
import { ProgressEditor, type ProgressParts } from './progress-editor.ts';
import { isMessageGone, isRouteGone } from './refusals.ts';
import { retryTransient } from './retry-transient.ts';

type DeliveryParts = ImageParts &
  ProgressParts & {
    /** Called with the images of a delivered job while they are in memory. Must not throw. */
    readonly onImages: (job: Job, images: readonly Image[]) => Promise<void>;
  };

/** Shows jobs to their members on Discord. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const progress = new ProgressEditor(parts);
  return {
    showProgress: (job, latest) => progress.show(job, latest),
    async deliver(job, ending) {
      const current = await progress.end(job);
      if (ending.name === 'delivered') {
        const isDelivered = await deliverImages(parts, current, ending);
        if (isDelivered) await parts.onImages(current, ending.images);
        return isDelivered;
      }
      const bodies = [endMessage(current, ending), plainEndMessage(current, ending)];
      const messages = bodies.map((body) => ({ body, files: [] }));
      const outcome = await deliverByFirstRoute(current, messages, parts);
      const { delivered } = outcome;
      await endProgress(current, ending, outcome, parts);
      if (delivered) await parts.onMessages(current, [delivered.messageId]);
      return delivered !== undefined;
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
  // A deleted reply was an acknowledgement too; only a token that Discord doesn't know shows that there was none.
  if ('error' in found) return isMessageGone(found.error) || !isRouteGone(found.error);
  await onMessages(job, [found.value]);
  return true;
}
