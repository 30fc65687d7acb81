import type { ImageSource } from '../segmind/client.ts';
import { ImageDownloadFailed } from '../segmind/errors.ts';
import { inlineImage } from '../segmind/output.ts';
import { poll } from '../segmind/poller.ts';
import type { Picture } from './delivery.ts';
import { end } from './end.ts';
import { judge } from './failure.ts';
import type { Job, JobState, StateOf } from './job.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';

/** Downloads a rendered job's pictures and brings them to the member; after a restart, also those that were on their way. */
export async function bringPictures(
  parts: JobParts,
  rendered: { readonly job: Job; readonly state: StateOf<'rendered' | 'delivering'> },
  images: readonly ImageSource[],
  signal: AbortSignal,
): Promise<void> {
  const { store, delivery, imageFiles, log } = parts;
  const { name, ...facts } = rendered.state;
  const { pictures, missingLinks } = await collect(parts, rendered.job, images, signal);
  if (pictures.length === 0) {
    const failure = { kind: 'images_unavailable' as const, links: missingLinks };
    await end(parts, rendered.job, { name: 'failed', failure }, signal);
    return;
  }
  let { job } = rendered;
  if (name === 'rendered') {
    const moved = await untilStored(
      () => store.transition(job.id, name, { name: 'delivering', ...facts }),
      log,
      signal,
    );
    if (!moved) return;
    job = moved;
  }
  const isDelivered = await delivery.deliver(job, { name: 'delivered', facts, pictures, missingLinks });
  const ended: JobState = isDelivered
    ? { name: 'delivered', ...facts }
    : { name: 'failed', failure: { kind: 'undeliverable' } };
  await untilStored(() => store.transition(job.id, 'delivering', ended), log, signal);
  await untilStored(() => store.close(job.id), log, signal);
  await imageFiles.remove(facts.imageFiles);
  if (!isDelivered) log.warn({ job: job.id }, 'rendered, but no way to the member was open');
}

/** As `bringPictures`, for a job that an earlier process left: its pictures have to be found first. */
export async function bringStored(
  parts: JobParts,
  rendered: { readonly job: Job; readonly state: StateOf<'rendered' | 'delivering'> },
  signal: AbortSignal,
): Promise<void> {
  let images: readonly ImageSource[];
  try {
    images = await findImages(parts, rendered, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    parts.log.error({ err: error, job: rendered.job.id }, 'the pictures of a rendered job were not found again');
    const verdict = judge(error);
    const failure = verdict.name === 'failed' ? verdict.failure : ({ kind: 'internal' } as const);
    await end(parts, rendered.job, { name: 'failed', failure }, signal);
    return;
  }
  await bringPictures(parts, rendered, images, signal);
}

/** Where the pictures are: at their addresses, in our files, or in the result, which is asked for once more. */
async function findImages(
  { segmind, imageFiles, log }: JobParts,
  { job: { id, parameters }, state }: { readonly job: Job; readonly state: StateOf<'rendered' | 'delivering'> },
  signal: AbortSignal,
): Promise<readonly ImageSource[]> {
  const { requestId, imageUrls, imageCount, submittedAtMs } = state;
  if (state.imageFiles.length > 0) {
    const files = await Promise.all(state.imageFiles.map((name) => imageFiles.load(name)));
    return (await Promise.all(files.map(inlineImage))).flat();
  }
  if (imageUrls.length === imageCount || requestId === undefined) {
    return imageUrls.map((url) => ({ kind: 'url', url }));
  }
  const inference = segmind.inference(requestId, { samples: parameters.samples });
  const onTrouble = (error: unknown) => log.error({ err: error, job: id }, 'poll failed');
  const result = await poll(inference, { submittedAtMs, signal, onTrouble });
  return result.images;
}

async function collect(parts: JobParts, job: Job, images: readonly ImageSource[], signal: AbortSignal) {
  const pictures: Picture[] = [];
  const missingLinks: string[] = [];
  for (const image of images) {
    if (image.kind === 'inline') {
      pictures.push({ bytes: image.bytes, extension: image.extension });
      continue;
    }
    try {
      const { bytes, extension } = await parts.segmind.downloadImage(image.url, { signal });
      pictures.push({ bytes, extension, url: image.url });
    } catch (error) {
      if (!(error instanceof ImageDownloadFailed)) throw error;
      parts.log.error({ err: error, job: job.id }, 'an image was not downloaded');
      if (parts.segmind.isAllowedImageUrl(image.url)) missingLinks.push(image.url);
    }
  }
  return { pictures, missingLinks };
}
