import type { Ending, Picture } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { altText, endMessage, type FileReport, furtherMessage, plainEndMessage } from '../replies/ending.ts';
import { type Fitted, fitPictures } from './fit.ts';
import { insist } from './insist.ts';
import { climb, type LadderParts, type Reached } from './ladder.ts';
import { isTooLarge } from './refusals.ts';
import type { Outgoing } from './routes.ts';

/** What a file may have of the size that Discord named, should it call the files too large against its own word; 0 sends none. */
const SHARES = [1, 1 / 4, 1 / 16, 0];

export interface PictureParts extends LadderParts {
  /** Told the messages that show a job, the reply first, whenever another one is known. */
  readonly onMessages: (job: Job, messageIds: readonly string[]) => Promise<void>;
}

type Delivered = Extract<Ending, { name: 'delivered' }>;

interface Numbered extends Picture {
  /** 1 is the first that was asked for. */
  readonly number: number;
}

/** The pictures that could not go out as they are, and why. */
interface Leftover {
  readonly reencoded: number;
  readonly tooLarge: readonly Numbered[];
  readonly refused: readonly Numbered[];
}

/**
 * Brings a job's pictures to the member: in the first message what fits into it, in further ones the rest, and of what can't
 * be attached the addresses. What arrived stays, whatever becomes of the rest.
 * @returns false when no way to the member was open
 */
export async function deliverPictures(parts: PictureParts, job: Job, ending: Delivered): Promise<boolean> {
  const pictures = ending.pictures.map((picture, index) => ({ ...picture, number: index + 1 }));
  // A way that was refused stays so when smaller files are sent.
  let refusedRungs = job.refusedRungs;
  const climbing: LadderParts = {
    ...parts,
    onRefused: (refusing, rungs) => {
      refusedRungs = rungs;
      return parts.onRefused(refusing, rungs);
    },
  };
  const first = await sendFitted(parts, job, { pictures, shares: SHARES }, (fitted) =>
    climb({ ...job, refusedRungs }, firstMessages(job, ending, fitted), climbing),
  );
  const reached = first.value;
  if (!reached) return false;
  const [sent = [], ...rest] = first.fitted.batches;
  const before = leftoverOf(first.fitted, reached.alternative === 2 ? sent : []);
  const after = await sendFurther(parts, { job, reached, batches: rest, shares: first.shares, leftover: before });
  const missing = [...after.tooLarge, ...after.refused].map(({ number }) => number);
  if (missing.length > 0) parts.log.error({ job: job.id, pictures: missing }, 'pictures could not be attached');
  if (after === before) return true;
  const tell = reached.alternative === 0 ? endMessage : plainEndMessage;
  const { content, embeds, allowed_mentions } = tell(job, ending, reportOf(after));
  const told = { ...(content === '' ? {} : { content }), embeds, allowed_mentions };
  await insist(() => reached.rewrite(told), { job: job.id, rung: 'note' }, parts.log);
  return true;
}

/** Sends pictures; when Discord calls them too large, smaller ones, and last none. */
async function sendFitted<T>(
  parts: PictureParts,
  job: Job,
  { pictures, shares }: { readonly pictures: readonly Numbered[]; readonly shares: readonly number[] },
  send: (fitted: Fitted<Numbered>) => Promise<T>,
): Promise<{ readonly fitted: Fitted<Numbered>; readonly shares: readonly number[]; readonly value: T }> {
  const [share = 0, ...smaller] = shares;
  const fitted = await fitPictures(pictures, job.attachmentSizeLimit * share, (error) =>
    parts.log.error({ err: error, job: job.id }, 'a picture can’t be read to be made smaller'),
  );
  try {
    return { fitted, shares, value: await send(fitted) };
  } catch (error) {
    if (!isTooLarge(error) || smaller.length === 0) throw error;
    parts.log.warn({ err: error, job: job.id }, 'Discord calls the files too large');
    return sendFitted(parts, job, { pictures, shares: smaller }, send);
  }
}

/** Sends what the first message had no room for. @returns the same `leftover` when all went out as planned */
async function sendFurther(
  parts: PictureParts,
  plan: {
    readonly job: Job;
    readonly reached: Reached;
    readonly batches: readonly (readonly Numbered[])[];
    readonly shares: readonly number[];
    readonly leftover: Leftover;
  },
): Promise<Leftover> {
  const { job, reached, batches, shares } = plan;
  // Further messages that an earlier process sent are known by their ids.
  const messageIds = [reached.messageId, ...job.messageIds.slice(1)];
  await parts.onMessages(job, messageIds);
  let { leftover } = plan;
  for (const [index, batch] of batches.entries()) {
    if (job.messageIds[index + 1] !== undefined) continue;
    const facts = { job: job.id, rung: `message ${index + 2}` };
    const { fitted, value: messageId } = await sendFitted(parts, job, { pictures: batch, shares }, async (again) => {
      const [files] = again.batches;
      if (!files) return undefined;
      const message = withFiles(job, furtherMessage(job), files);
      const outcome = await insist(() => reached.more(message, `${job.id}-${index + 2}`), facts, parts.log);
      if ('value' in outcome) return outcome.value;
      if (isTooLarge(outcome.error)) throw outcome.error;
      return undefined;
    });
    const refused = messageId === undefined ? fitted.batches.flat() : [];
    const more = leftoverOf(fitted, refused);
    if (more.reencoded + more.tooLarge.length + refused.length > 0) leftover = joined(leftover, more);
    if (messageId === undefined) continue;
    messageIds.push(messageId);
    await parts.onMessages(job, messageIds);
  }
  return leftover;
}

/** The message as it should be; should Discord find something wrong with it, one without the member's text; last without files. */
function firstMessages(job: Job, ending: Delivered, fitted: Fitted<Numbered>): Outgoing[] {
  const [files = []] = fitted.batches;
  const report = reportOf(leftoverOf(fitted, []));
  const withoutText = withFiles(job, plainEndMessage(job, ending, report), files);
  const withoutFiles = plainEndMessage(job, ending, reportOf(leftoverOf(fitted, files)));
  return [
    withFiles(job, endMessage(job, ending, report), files, altText),
    withoutText,
    ...(files.length > 0 ? [{ body: withoutFiles, files: [] }] : []),
  ];
}

function withFiles(
  job: Job,
  body: Outgoing['body'],
  pictures: readonly Numbered[],
  describe?: (job: Job, number: number) => string,
): Outgoing {
  const files = pictures.map(({ bytes, extension, number }) => ({
    name: `timeless-${job.parameters.seed}-${number}.${extension}`,
    data: bytes,
  }));
  const attachments = pictures.map(({ number }, index) => ({
    id: String(index),
    filename: files[index]?.name,
    ...(describe ? { description: describe(job, number) } : {}),
    ...(job.forced.spoilers ? { is_spoiler: true } : {}),
  }));
  return { body: { ...body, attachments }, files };
}

function leftoverOf({ reencoded, tooLarge }: Fitted<Numbered>, refused: readonly Numbered[]): Leftover {
  return { reencoded, tooLarge, refused };
}

function joined(one: Leftover, other: Leftover): Leftover {
  return {
    reencoded: one.reencoded + other.reencoded,
    tooLarge: [...one.tooLarge, ...other.tooLarge],
    refused: [...one.refused, ...other.refused],
  };
}

function reportOf({ reencoded, tooLarge, refused }: Leftover): FileReport {
  const linksOf = (pictures: readonly Numbered[]) => pictures.flatMap(({ url }) => (url === undefined ? [] : [url]));
  return {
    reencoded,
    tooLarge: linksOf(tooLarge),
    refused: linksOf(refused),
    lost: [...tooLarge, ...refused].filter(({ url }) => url === undefined).length,
  };
}
