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
import {
  type DeliveredMessage,
  deliverByFirstRoute,
  type RouteParts,
  type SentMessage,
} from './deliver-by-first-route.ts';
import type { Outgoing } from './discord-routes.ts';
import { endProgress } from './end-progress.ts';
import type { FittedImages } from './fit-images.ts';
import { expectedProblems, type ImageProblems, reportOf, shrunkOf, withoutAddresses } from './image-problems.ts';
import { isRefusal, isTooLarge } from './refusals.ts';
import { retryTransient } from './retry-transient.ts';
import { type NumberedImage, Upload, type UploadParts } from './upload.ts';
import { withFiles } from './with-files.ts';

export type ImageParts = RouteParts & UploadParts;

type Delivered = Extract<Ending, { name: 'delivered' }>;

/**
 * Delivers a job's images: those that fit in the first message, the rest in further ones, and links to those that can't be
 * attached. Images that were delivered stay, even if later ones fail.
 * @returns whether at least one image, or a link to one, was delivered
 */
export async function deliverImages(parts: ImageParts, job: Job, ending: Delivered): Promise<boolean> {
  const upload = new Upload(parts, job);
  // A route that was refused stays refused when smaller files are sent.
  let refusedRoutes = job.refusedRoutes;
  const routeParts: RouteParts = {
    ...parts,
    onRefused: (refusing, refused) => {
      refusedRoutes = refused;
      return parts.onRefused(refusing, refused);
    },
  };
  const { fitted, value: outcome } = await upload.send(upload.missing(ending.images), (fittedImages) =>
    deliverByFirstRoute({ ...job, refusedRoutes }, firstMessages(job, ending, fittedImages), routeParts),
  );
  const { delivered } = outcome;
  if (!delivered) {
    await endProgress(job, ending, outcome, parts);
    return false;
  }
  await upload.recordFirstMessage(delivered.messageId, {
    thumbnailUrl: job.forced.spoilers ? undefined : delivered.imageUrl,
    areOutside: job.guildId !== undefined && (delivered.route === 'direct message' || ending.facts.isOutside === true),
  });
  const { first, rest } = splitByOutcome(fitted, delivered);
  const further = await sendFurther(parts, job, { upload, firstMessage: delivered, images: rest });
  const problems = {
    shrunk: [...shrunkOf(first.sent), ...further.shrunk],
    tooLarge: [...fitted.tooLarge, ...further.tooLarge],
    refused: [...first.refused, ...further.refused],
  };
  const missing = [...problems.tooLarge, ...problems.refused].map(({ number }) => number);
  if (missing.length > 0) parts.log.error({ job: job.id, images: missing }, 'images not attached');
  const report = reportOf(problems);
  await correctReport(parts, job, { ending, delivered, report });
  await endProgress(job, ending, outcome, parts);
  return !showsNothing(ending, delivered.sent.hasAddresses ? report : withoutAddresses(report, ending.missingLinks));
}

/** Which files of the first message were sent or refused, and which images remain to be sent. */
function splitByOutcome(
  { batches: [files = [], ...rest] }: FittedImages<NumberedImage>,
  { sent, refusesFiles }: DeliveredMessage<FirstMessage>,
) {
  if (sent.files.length > 0) return { first: { sent: files, refused: [] }, rest: rest.flat() };
  // A route that refuses files refuses them in further messages too.
  if (refusesFiles) return { first: { sent: [], refused: [files, ...rest].flat() }, rest: [] };
  return { first: { sent: [], refused: files }, rest: rest.flat() };
}

/** Rewrites the first message if its report turned out to be wrong; without links if Discord refuses those. */
async function correctReport(
  { log }: ImageParts,
  job: Job,
  { ending, delivered, report }: { ending: Delivered; delivered: DeliveredMessage<FirstMessage>; report: FileReport },
): Promise<void> {
  const { sent } = delivered;
  const withheld = withoutAddresses(report, ending.missingLinks);
  const alternatives = sent.hasAddresses ? [report, withheld] : [withheld];
  for (const corrected of alternatives) {
    if (isDeepStrictEqual(corrected, sent.report)) return;
    const { content, embeds, allowed_mentions } = sent.build(job, ending, corrected);
    const body = { ...(content === '' ? {} : { content }), embeds, allowed_mentions };
    const outcome = await retryTransient(() => delivered.rewrite(body), { job: job.id, route: 'note' }, log);
    if ('value' in outcome || !isRefusal(outcome.error)) return;
  }
}

/** Sends the images that did not fit in the first message. */
async function sendFurther(
  { log }: ImageParts,
  job: Job,
  { upload, firstMessage, images }: { upload: Upload; firstMessage: SentMessage; images: readonly NumberedImage[] },
): Promise<ImageProblems> {
  let problems: ImageProblems = { shrunk: [], tooLarge: [], refused: [] };
  for (let waiting = images; waiting.length > 0; ) {
    const { fitted, value: messageId } = await upload.send(waiting, async ({ batches: [files] }) => {
      const [first] = files ?? [];
      if (!files || !first) return undefined;
      const message = withFiles(job, furtherMessage(job), files);
      const facts = { job: job.id, route: `message ${upload.messageCount + 1}` };
      // The nonce names the first image: after a restart, images may be grouped differently.
      const nonce = `${job.id}-${first.number}`;
      const outcome = await retryTransient(() => firstMessage.sendMore(message, nonce), facts, log);
      if ('value' in outcome) return outcome.value.id;
      if (isTooLarge(outcome.error)) throw outcome.error;
      return undefined;
    });
    const [files = [], ...rest] = fitted.batches;
    waiting = rest.flat();
    const [sent, refused] = messageId === undefined ? [[], files] : [files, []];
    problems = {
      shrunk: [...problems.shrunk, ...shrunkOf(sent)],
      tooLarge: [...problems.tooLarge, ...fitted.tooLarge],
      refused: [...problems.refused, ...refused],
    };
    if (messageId !== undefined) await upload.recordFurtherMessage(messageId, sent);
  }
  return problems;
}

/** A first message, and what it says about the images. */
interface FirstMessage extends Outgoing {
  readonly build: typeof endMessage;
  readonly report: FileReport;
  readonly hasAddresses: boolean;
}

/**
 * The message as it should be, then what to send if Discord refuses it: without the member's text; then both without files, but with
 * links to them; finally without links.
 */
function firstMessages(job: Job, ending: Delivered, fitted: FittedImages<NumberedImage>): FirstMessage[] {
  const [files = []] = fitted.batches;
  const withImages = reportOf(expectedProblems(fitted, []));
  const linked = reportOf(expectedProblems(fitted, fitted.batches.flat()));
  const bare = withoutAddresses(linked, ending.missingLinks);
  const messageOf = (tell: typeof endMessage, report: FileReport): FirstMessage => {
    const hasAddresses = report.withheld === 0;
    return { body: tell(job, ending, report), files: [], build: tell, report, hasAddresses };
  };
  const withAttachments = (tell: typeof endMessage, describe?: typeof altText): FirstMessage => ({
    ...messageOf(tell, withImages),
    ...withFiles(job, tell(job, ending, withImages), files, describe),
  });
  return [
    withAttachments(endMessage, altText),
    withAttachments(plainEndMessage),
    ...(files.length > 0 ? [messageOf(endMessage, linked), messageOf(plainEndMessage, linked)] : []),
    ...(bare.withheld > 0 ? [messageOf(plainEndMessage, bare)] : []),
  ];
}
