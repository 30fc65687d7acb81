import type { Delivery, Ending, Picture } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { altText, endMessage } from '../replies/ending.ts';
import { moreMessage } from '../replies/message.ts';
import { type Fitted, fitPictures } from './fit.ts';
import { climb, type Reached } from './ladder.ts';
import { ProgressEditor } from './progress.ts';
import { isTooLarge } from './refusals.ts';
import type { DiscordRoutes, Outgoing } from './routes.ts';

interface DeliverParts {
  readonly routes: DiscordRoutes;
  readonly log: Log;
  /** Told the id of a job's message as soon as it is known. */
  readonly onMessage: (job: Job, messageId: string) => void;
}

/** How jobs reach their members on Discord. */
export function createDelivery(parts: DeliverParts): Delivery {
  const progress = new ProgressEditor(parts);
  return {
    showProgress: (job, news) => progress.show(job, news),
    deliver: async (job, ending) => {
      const known = await progress.settle(job.id);
      const current = job.messageIds.length > 0 ? job : { ...job, messageIds: known };
      return ending.name === 'delivered'
        ? deliverPictures(parts, current, ending)
        : idsOf(await climb(current, { body: endMessage(current, ending), files: [] }, parts));
    },
  };
}

function idsOf(reached: Reached | undefined): string[] {
  return reached ? [reached.messageId] : [];
}

/** Sends the pictures; should Discord call them too large against its own word, again with smaller ones, and last as links. */
async function deliverPictures(
  parts: DeliverParts,
  job: Job,
  ending: Extract<Ending, { name: 'delivered' }>,
): Promise<string[]> {
  for (const maxFileBytes of [job.attachmentSizeLimit, job.attachmentSizeLimit / 4, 0]) {
    const fitted = await fitPictures(ending.pictures, maxFileBytes);
    const [first = [], ...rest] = fitted.batches;
    const body = endMessage(job, ending, notesOn(fitted));
    try {
      const reached = await climb(job, withFiles(job, body, first, 0), parts);
      if (!reached) return [];
      const ids = [reached.messageId];
      let sent = first.length;
      for (const batch of rest) {
        ids.push(await reached.more(withFiles(job, moreMessage(), batch, sent), ids.length));
        sent += batch.length;
      }
      return ids;
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      parts.log.warn({ err: error, job: job.id }, 'Discord calls the files too large');
    }
  }
  return [];
}

function notesOn({ links, reencoded }: Fitted): string[] {
  return [
    ...(reencoded > 0 ? ["Made smaller (WebP) to fit Discord's limit for files here."] : []),
    ...(links.length > 0 ? ["Too large for Discord's limit here; for some days it is at:", ...links] : []),
  ];
}

function withFiles(job: Job, body: Outgoing['body'], pictures: readonly Picture[], sentBefore: number): Outgoing {
  const files = pictures.map(({ bytes, extension }, index) => ({
    name: `timeless-${job.parameters.seed}-${sentBefore + index + 1}.${extension}`,
    data: bytes,
  }));
  const attachments = files.map(({ name }, index) => ({
    id: String(index),
    filename: name,
    description: altText(job, sentBefore + index),
  }));
  return { body: { ...body, attachments }, files };
}
