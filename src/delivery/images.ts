import { isDeepStrictEqual } from 'node:util';
import type { Ending } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import {
  altText,
  endMessage,
  type FileReport,
  furtherMessage,
  plainEndMessage,
  showsNothing,
} from '../replies/ending.ts';
import { type Arrived, deliverByFirstRoute, type Reached, type RouteParts } from './deliver-by-first-route.ts';
import { endProgress } from './end-progress.ts';
import type { Fitted } from './fit.ts';
import { type Leftover, plannedLeftover, reportOf, shrunkOf, withoutAddresses } from './leftover.ts';
import { isRefusal, isTooLarge } from './refusals.ts';
import { retryTransient } from './retry-transient.ts';
import type { Outgoing } from './routes.ts';
import { type Numbered, Upload, type UploadParts } from './upload.ts';

export type ImageParts = RouteParts & UploadParts;

type Delivered = Extract<Ending, { name: 'delivered' }>;

/**
 * Brings a job's images to the member: in the first message what fits into it, in further ones the rest, and of what can't
 * be attached the addresses. What arrived stays, whatever becomes of the rest.
 * @returns false when neither an image nor an address of one has arrived
 */
export async function deliverImages(parts: ImageParts, job: Job, ending: Delivered): Promise<boolean> {
  const upload = new Upload(parts, job);
  // A way that was refused stays so when smaller files are sent.
  let refusedRoutes = job.refusedRoutes;
  const routeParts: RouteParts = {
    ...parts,
    onRefused: (refusing, refused) => {
      refusedRoutes = refused;
      return parts.onRefused(refusing, refused);
    },
  };
  const { fitted, value: outcome } = await upload.send(upload.missing(ending.images), (again) =>
    deliverByFirstRoute({ ...job, refusedRoutes }, firstMessages(job, ending, again), routeParts),
  );
  const { reached } = outcome;
  if (!reached) {
    await endProgress(job, ending, outcome, parts);
    return false;
  }
  await upload.reached(reached.messageId);
  const { first, rest } = partedBy(fitted, reached);
  const further = await sendFurther(parts, job, { upload, reached, images: rest });
  const leftover = {
    shrunk: [...shrunkOf(first.sent), ...further.shrunk],
    tooLarge: [...fitted.tooLarge, ...further.tooLarge],
    refused: [...first.refused, ...further.refused],
  };
  const missing = [...leftover.tooLarge, ...leftover.refused].map(({ number }) => number);
  if (missing.length > 0) parts.log.error({ job: job.id, images: missing }, 'images could not be attached');
  const report = reportOf(leftover);
  await correctReport(parts, job, { ending, reached, report });
  await endProgress(job, ending, outcome, parts);
  return !showsNothing(ending, reached.sent.hasAddresses ? report : withoutAddresses(report, ending.missingLinks));
}

/** Which files of the first message were sent or refused, and which images remain to be sent. */
function partedBy({ batches: [files = [], ...rest] }: Fitted<Numbered>, { sent, refusesFiles }: Reached<FirstMessage>) {
  if (sent.files.length > 0) return { first: { sent: files, refused: [] }, rest: rest.flat() };
  // No further message would bring what this way takes in none.
  if (refusesFiles) return { first: { sent: [], refused: [files, ...rest].flat() }, rest: [] };
  return { first: { sent: [], refused: files }, rest: rest.flat() };
}

/** Rewrites the first message where it promised what did not come true; without addresses where Discord refuses those. */
async function correctReport(
  { log }: ImageParts,
  job: Job,
  { ending, reached, report }: { ending: Delivered; reached: Reached<FirstMessage>; report: FileReport },
): Promise<void> {
  const { sent } = reached;
  const withheld = withoutAddresses(report, ending.missingLinks);
  const wanted = sent.hasAddresses ? [report, withheld] : [withheld];
  for (const corrected of wanted) {
    if (isDeepStrictEqual(corrected, sent.report)) return;
    const { content, embeds, allowed_mentions } = sent.tell(job, ending, corrected);
    const told = { ...(content === '' ? {} : { content }), embeds, allowed_mentions };
    const outcome = await retryTransient(() => reached.rewrite(told), { job: job.id, route: 'note' }, log);
    if ('value' in outcome || !isRefusal(outcome.error)) return;
  }
}

/** Sends what the first message had no room for. */
async function sendFurther(
  { log }: ImageParts,
  job: Job,
  { upload, reached, images }: { upload: Upload; reached: Arrived; images: readonly Numbered[] },
): Promise<Leftover> {
  let leftover: Leftover = { shrunk: [], tooLarge: [], refused: [] };
  for (let waiting = images; waiting.length > 0; ) {
    const { fitted, value: messageId } = await upload.send(waiting, async ({ batches: [files] }) => {
      const [first] = files ?? [];
      if (!files || !first) return undefined;
      const message = withFiles(job, furtherMessage(job), files);
      const facts = { job: job.id, route: `message ${upload.messageCount + 1}` };
      // The nonce names what is in it: after a restart the images may be put together in another way.
      const outcome = await retryTransient(() => reached.more(message, `${job.id}-${first.number}`), facts, log);
      if ('value' in outcome) return outcome.value;
      if (isTooLarge(outcome.error)) throw outcome.error;
      return undefined;
    });
    const [files = [], ...rest] = fitted.batches;
    waiting = rest.flat();
    const [sent, refused] = messageId === undefined ? [[], files] : [files, []];
    leftover = {
      shrunk: [...leftover.shrunk, ...shrunkOf(sent)],
      tooLarge: [...leftover.tooLarge, ...fitted.tooLarge],
      refused: [...leftover.refused, ...refused],
    };
    if (messageId !== undefined) await upload.arrived(messageId, sent);
  }
  return leftover;
}

/** A first message, and what it says of the images. */
interface FirstMessage extends Outgoing {
  readonly tell: typeof endMessage;
  readonly report: FileReport;
  readonly hasAddresses: boolean;
}

/**
 * The message as it should be; should Discord find something wrong with it, one without the member's text; then both without files, but with
 * their addresses; last without these.
 */
function firstMessages(job: Job, ending: Delivered, fitted: Fitted<Numbered>): FirstMessage[] {
  const [files = []] = fitted.batches;
  const withImages = reportOf(plannedLeftover(fitted, []));
  const linked = reportOf(plannedLeftover(fitted, fitted.batches.flat()));
  const bare = withoutAddresses(linked, ending.missingLinks);
  const messageOf = (tell: typeof endMessage, report: FileReport): FirstMessage => {
    const hasAddresses = report.withheld === 0;
    return { body: tell(job, ending, report), files: [], tell, report, hasAddresses };
  };
  const bringing = (tell: typeof endMessage, describe?: typeof altText): FirstMessage => ({
    ...messageOf(tell, withImages),
    ...withFiles(job, tell(job, ending, withImages), files, describe),
  });
  return [
    bringing(endMessage, altText),
    bringing(plainEndMessage),
    ...(files.length > 0 ? [messageOf(endMessage, linked), messageOf(plainEndMessage, linked)] : []),
    ...(bare.withheld > 0 ? [messageOf(plainEndMessage, bare)] : []),
  ];
}

function withFiles(
  job: Job,
  body: Outgoing['body'],
  images: readonly Numbered[],
  describe?: (job: Job, number: number) => string,
): Outgoing {
  const files = images.map(({ bytes, extension, number }) => ({
    name: `timeless-${job.parameters.seed}-${number}.${extension}`,
    data: bytes,
  }));
  const attachments = images.map(({ number }, index) => ({
    id: String(index),
    filename: files[index]?.name,
    ...(describe ? { description: describe(job, number) } : {}),
    ...(job.forced.spoilers ? { is_spoiler: true } : {}),
  }));
  return { body: { ...body, attachments }, files };
}
