import type { Delivery, Ending, Picture } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { altText, endMessage, furtherMessage } from '../replies/ending.ts';
import { type Fitted, fitPictures } from './fit.ts';
import { insist } from './insist.ts';
import { climb, type LadderParts } from './ladder.ts';
import { ProgressEditor } from './progress.ts';
import { isMessageGone, isTooLarge } from './refusals.ts';
import type { Outgoing } from './routes.ts';

interface DeliverParts extends LadderParts {
  /** Told the messages that show a job, the reply first, whenever another one is known. */
  readonly onMessages: (job: Job, messageIds: readonly string[]) => Promise<void>;
}

/** How jobs reach their members on Discord. */
export function createDelivery(parts: DeliverParts): Delivery {
  const progress = new ProgressEditor(parts);
  return {
    showProgress: (job, news) => progress.show(job, news),
    async deliver(job, ending) {
      const known = await progress.settle(job.id);
      const current = job.messageIds.length > 0 ? job : { ...job, messageIds: known };
      if (ending.name === 'delivered') return deliverPictures(parts, current, ending);
      const reached = await climb(current, { body: endMessage(current, ending), files: [] }, parts);
      if (reached) await parts.onMessages(current, [reached.messageId]);
      return reached !== undefined;
    },
    wasAcknowledged: (job) => wasAcknowledged(parts, job),
  };
}

/** Sends the pictures; should Discord call them too large against its own word, again with smaller ones, and last as links. */
async function deliverPictures(
  parts: DeliverParts,
  job: Job,
  ending: Extract<Ending, { name: 'delivered' }>,
): Promise<boolean> {
  for (const maxFileBytes of [job.attachmentSizeLimit, job.attachmentSizeLimit / 4, 0]) {
    const fitted = await fitPictures(ending.pictures, maxFileBytes);
    try {
      return await sendBatches(parts, job, endMessage(job, ending, notesOn(fitted)), fitted);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      parts.log.warn({ err: error, job: job.id }, 'Discord calls the files too large');
    }
  }
  return false;
}

async function sendBatches(
  parts: DeliverParts,
  job: Job,
  body: Outgoing['body'],
  { batches }: Fitted,
): Promise<boolean> {
  const [first = [], ...further] = batches;
  const reached = await climb(job, withFiles(job, body, first, 0), parts);
  if (!reached) return false;
  // Further messages that an earlier process sent are known by their ids.
  const messageIds = [reached.messageId, ...job.messageIds.slice(1)];
  await parts.onMessages(job, messageIds);
  let sent = first.length;
  for (const [index, batch] of further.entries()) {
    if (messageIds[index + 1] === undefined) {
      const message = withFiles(job, furtherMessage(job), batch, sent);
      const facts = { job: job.id, rung: `message ${index + 2}` };
      const more = await insist(() => reached.more(message, `${job.id}-${index + 2}`), facts, parts.log);
      if (more) messageIds.push(more.value);
      await parts.onMessages(job, messageIds);
    }
    sent += batch.length;
  }
  return true;
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

async function wasAcknowledged({ routes, log, onMessages }: DeliverParts, job: Job): Promise<boolean> {
  if (!routes.isTokenAlive(job)) return false;
  const look = async (): Promise<string | undefined> => {
    try {
      return await routes.findReply(job);
    } catch (error) {
      // Somebody deleted the reply: so there was one.
      if (isMessageGone(error)) return undefined;
      throw error;
    }
  };
  const found = await insist(look, { job: job.id, rung: 'reply' }, log);
  if (found?.value !== undefined) await onMessages(job, [found.value]);
  return found !== undefined;
}
