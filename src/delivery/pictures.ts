import { isDeepStrictEqual } from 'node:util';
import type { Ending } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { altText, endMessage, furtherMessage, plainEndMessage } from '../replies/ending.ts';
import { deliverByFirstRoute, type Reached, type RouteParts } from './deliver-by-first-route.ts';
import type { Fitted } from './fit.ts';
import { type Leftover, plannedLeftover, reportOf, shrunkOf } from './leftover.ts';
import { isTooLarge } from './refusals.ts';
import { retryTransient } from './retry-transient.ts';
import type { Outgoing } from './routes.ts';
import { type Numbered, Upload, type UploadParts } from './upload.ts';

export type PictureParts = RouteParts & UploadParts;

type Delivered = Extract<Ending, { name: 'delivered' }>;

/**
 * Brings a job's pictures to the member: in the first message what fits into it, in further ones the rest, and of what can't
 * be attached the addresses. What arrived stays, whatever becomes of the rest.
 * @returns false when no way to the member was open
 */
export async function deliverPictures(parts: PictureParts, job: Job, ending: Delivered): Promise<boolean> {
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
  const { fitted, value: reached } = await upload.send(upload.missing(ending.pictures), (again) =>
    deliverByFirstRoute({ ...job, refusedRoutes }, firstMessages(job, ending, again), routeParts),
  );
  if (!reached) return false;
  await upload.reached(reached.messageId);
  const [files = [], ...rest] = fitted.batches;
  const [sent, refused] = reached.alternative === 2 ? [[], files] : [files, []];
  const further = await sendFurther(parts, job, { upload, reached, pictures: rest.flat() });
  const leftover = {
    shrunk: [...shrunkOf(sent), ...further.shrunk],
    tooLarge: [...fitted.tooLarge, ...further.tooLarge],
    refused: [...refused, ...further.refused],
  };
  const missing = [...leftover.tooLarge, ...leftover.refused].map(({ number }) => number);
  if (missing.length > 0) parts.log.error({ job: job.id, pictures: missing }, 'pictures could not be attached');
  const report = reportOf(leftover);
  if (isDeepStrictEqual(report, reportOf(plannedLeftover(fitted, refused)))) return true;
  const tell = reached.alternative === 0 ? endMessage : plainEndMessage;
  const { content, embeds, allowed_mentions } = tell(job, ending, report);
  const told = { ...(content === '' ? {} : { content }), embeds, allowed_mentions };
  await retryTransient(() => reached.rewrite(told), { job: job.id, route: 'note' }, parts.log);
  return true;
}

/** Sends what the first message had no room for. */
async function sendFurther(
  { log }: PictureParts,
  job: Job,
  { upload, reached, pictures }: { upload: Upload; reached: Reached; pictures: readonly Numbered[] },
): Promise<Leftover> {
  let leftover: Leftover = { shrunk: [], tooLarge: [], refused: [] };
  for (let waiting = pictures; waiting.length > 0; ) {
    const { fitted, value: messageId } = await upload.send(waiting, async ({ batches: [files] }) => {
      const [first] = files ?? [];
      if (!files || !first) return undefined;
      const message = withFiles(job, furtherMessage(job), files);
      const facts = { job: job.id, route: `message ${upload.messageCount + 1}` };
      // The nonce names what is in it: after a restart the pictures may be put together in another way.
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

/** The message as it should be; should Discord find something wrong with it, one without the member's text; last without files. */
function firstMessages(job: Job, ending: Delivered, fitted: Fitted<Numbered>): Outgoing[] {
  const [files = []] = fitted.batches;
  const report = reportOf(plannedLeftover(fitted, []));
  const withoutText = withFiles(job, plainEndMessage(job, ending, report), files);
  const withoutFiles = plainEndMessage(job, ending, reportOf(plannedLeftover(fitted, files)));
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
