import type { ImageSource } from '../../segmind/client.ts';
import { ImageDownloadFailed } from '../../segmind/errors.ts';
import { RESULT_RETENTION_MS } from '../../segmind/poller.ts';
import { msLeft } from '../../time.ts';
import type { Image } from '../delivery.ts';
import type { JobDependencies } from '../dependencies.ts';
import { failureOf } from '../failure.ts';
import { factsOf, type Job, type JobIn } from '../job.ts';

/**
 * Downloads and delivers a rendered job's images once few enough other jobs do so; a stopping process waits for it. Until it begins,
 * the job counts as in flight, so that results with their images don't pile up in memory while Discord is slow.
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
  const { store, delivery, resultImages, log } = dependencies;
  const facts = factsOf(job.state);
  const isRetried = job.state.name === 'delivering' && job.state.isRetry === true;
  let sources: readonly ImageSource[];
  try {
    sources = await resultImages.find(job, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ err: error, job: job.id }, 'rendered images not found');
    const failure = failureOf(error);
    const kept = failure.kind === 'result_expired' ? {} : { rendered: facts, isRetried };
    return store.move(job, { name: 'failed', failure, ...kept }, signal);
  }
  const { images, missingLinks, areMissing } = await download(job, sources, dependencies, signal);
  if (images.length === 0) {
    // An earlier process may have ended after the upload and before it was stored.
    if (job.state.name === 'delivering' && (await delivery.hasArrived(job)))
      return store.move(job, { name: 'delivered', ...facts }, signal);
    // A storage may need a moment before it has them, but not an hour.
    if (areMissing && msLeft(RESULT_RETENTION_MS, facts.submittedAtMs) === 0)
      return store.move(job, { name: 'failed', failure: { kind: 'images_gone' } }, signal);
    const failure = { kind: 'images_unavailable', links: missingLinks } as const;
    return store.move(job, { name: 'failed', failure, rendered: facts, isRetried }, signal);
  }
  const delivering = await startDelivery(job, dependencies, signal);
  if (await delivery.deliver(delivering, { name: 'delivered', facts, images, missingLinks }))
    return store.move(delivering, { name: 'delivered', ...facts }, signal);
  // The operator may pass the image on by its link, but must not see a private one.
  const where = job.isPrivate ? {} : { images: facts.imageUrls };
  log.warn({ job: job.id, requestId: facts.requestId, ...where }, 'images not delivered');
  const failure = { kind: 'undeliverable' } as const;
  return store.move(delivering, { name: 'failed', failure, rendered: facts, isRetried }, signal);
}

async function startDelivery(
  job: JobIn<'rendered' | 'delivering'>,
  { store }: JobDependencies,
  signal: AbortSignal,
): Promise<JobIn<'delivering'>> {
  const { state } = job;
  return state.name === 'delivering' ? { ...job, state } : store.move(job, { ...state, name: 'delivering' }, signal);
}

async function download(
  job: Job,
  sources: readonly ImageSource[],
  { segmind, log }: JobDependencies,
  signal: AbortSignal,
): Promise<{ images: Image[]; missingLinks: string[]; areMissing: boolean }> {
  const images: Image[] = [];
  const missingLinks: string[] = [];
  let areMissing = sources.length > 0;
  for (const image of sources) {
    if (image.kind === 'inline') {
      images.push({ bytes: image.bytes, extension: image.extension });
      continue;
    }
    try {
      const { bytes, extension } = await segmind.downloadImage(image.url, { signal });
      images.push({ bytes, extension, url: image.url });
    } catch (error) {
      if (!(error instanceof ImageDownloadFailed)) throw error;
      log.error({ err: error, job: job.id }, 'image download failed');
      areMissing &&= error.isMissing;
      if (segmind.isAllowedImageUrl(image.url)) missingLinks.push(image.url);
    }
  }
  return { images, missingLinks, areMissing };
}
