import type { InferenceResult } from '../../segmind/client.ts';
import type { FinishTimes } from '../../segmind/poller.ts';
import { now } from '../../time.ts';
import type { JobDependencies } from '../dependencies.ts';
import type { JobIn, RenderedFacts } from '../job.ts';

/** What is stored and shown of a result, without the images themselves. */
export function renderedFacts(
  result: InferenceResult,
  submittedAtMs: number,
  imageFiles: readonly string[] = [],
): RenderedFacts {
  const { costUsd, inferenceSeconds, queueSeconds, totalSeconds } = result.metrics;
  const renderSeconds = inferenceSeconds ?? totalSeconds;
  const providerSeconds = totalSeconds ?? (queueSeconds ?? Number.NaN) + (inferenceSeconds ?? Number.NaN);
  return {
    submittedAtMs,
    renderedAtMs: now(),
    imageCount: result.images.length,
    imageUrls: result.images.flatMap((image) => (image.kind === 'url' ? [image.url] : [])),
    imageFiles,
    ...(result.requestId === undefined ? {} : { requestId: result.requestId }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(renderSeconds === undefined ? {} : { renderSeconds }),
    ...(Number.isFinite(providerSeconds) ? { providerSeconds } : {}),
  };
}

/**
 * Records a result's cost, balance and time for later estimates, and keeps its images for the delivery.
 * @param finish what polls saw of its end; undefined for a blocking call
 */
export function noteResult(
  { circuit, renderHistory, resultImages, onEvent }: JobDependencies,
  job: JobIn<'rendered'>,
  { images, metrics }: InferenceResult,
  finish?: FinishTimes,
): void {
  const { costUsd, remainingCreditsUsd } = metrics;
  resultImages.keep(job.id, images);
  if (costUsd !== undefined) circuit.recordCost(costUsd);
  if (remainingCreditsUsd !== undefined) onEvent({ name: 'credits_reported', creditsUsd: remainingCreditsUsd });
  renderHistory.record(job.parameters, metrics, finish);
}
