import type { ImageSource } from '../../segmind/client.ts';
import { ImageDownloadFailed } from '../../segmind/errors.ts';
import type { Picture } from '../delivery.ts';
import type { JobDependencies } from '../dependencies.ts';
import { failureOf } from '../failure.ts';
import type { Job, JobIn } from '../job.ts';

/**
 * Downloads a rendered job's images and brings them to the member, when few enough other jobs do; a stop waits for it. Until then the
 * job counts as in flight, so that results which hold their images don't pile up while Discord is slow.
 */
export function deliver(
  job: JobIn<'rendered' | 'delivering'>,
  dependencies: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const { permits, criticalWork, limitDeliveries, delivery } = dependencies;
  if (job.state.name === 'rendered')
    delivery.showProgress(job, { phase: 'downloading', sinceMs: job.state.renderedAtMs });
  return limitDeliveries(() => {
    permits.release(job.id);
    signal.throwIfAborted();
    return criticalWork.run(deliverNow(job, dependencies, signal));
  });
}

async function deliverNow(
  job: JobIn<'rendered' | 'delivering'>,
  dependencies: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const { store, delivery, imageFiles, resultImages, log } = dependencies;
  const { name: _, ...facts } = job.state;
  let images: readonly ImageSource[];
  try {
    images = await resultImages.find(job, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ err: error, job: job.id }, 'images of a rendered job not found');
    return store.move(job, { name: 'failed', failure: failureOf(error) }, signal);
  }
  const { pictures, missingLinks } = await collect(job, images, dependencies, signal);
  if (pictures.length === 0)
    return store.move(job, { name: 'failed', failure: { kind: 'images_unavailable', links: missingLinks } }, signal);
  const delivering = isRendered(job) ? await store.move(job, { ...job.state, name: 'delivering' }, signal) : job;
  const isDelivered = await delivery.deliver(delivering, { name: 'delivered', facts, pictures, missingLinks });
  if (isDelivered) return store.move(delivering, { name: 'delivered', ...facts }, signal);
  log.warn({ job: job.id }, 'all delivery routes failed');
  const failed = await store.move(delivering, { name: 'failed', failure: { kind: 'undeliverable' } }, signal);
  await imageFiles.remove(facts.imageFiles);
  return failed;
}

function isRendered(job: JobIn<'rendered' | 'delivering'>): job is JobIn<'rendered'> {
  return job.state.name === 'rendered';
}

async function collect(
  job: Job,
  images: readonly ImageSource[],
  { segmind, log }: JobDependencies,
  signal: AbortSignal,
): Promise<{ pictures: Picture[]; missingLinks: string[] }> {
  const pictures: Picture[] = [];
  const missingLinks: string[] = [];
  for (const image of images) {
    if (image.kind === 'inline') {
      pictures.push({ bytes: image.bytes, extension: image.extension });
      continue;
    }
    try {
      const { bytes, extension } = await segmind.downloadImage(image.url, { signal });
      pictures.push({ bytes, extension, url: image.url });
    } catch (error) {
      if (!(error instanceof ImageDownloadFailed)) throw error;
      log.error({ err: error, job: job.id }, 'image download failed');
      if (segmind.isAllowedImageUrl(image.url)) missingLinks.push(image.url);
    }
  }
  return { pictures, missingLinks };
}
