import type { z } from 'zod';
import type { ImageSource } from './output.ts';
import type { metricsSchema } from './schemas.ts';

/** What Segmind reports about a run; any part may be missing. */
export interface InferenceMetrics {
  costUsd?: number;
  remainingCreditsUsd?: number;
  inferenceSeconds?: number;
  queueSeconds?: number;
  totalSeconds?: number;
}

export type InferenceState = 'QUEUED' | 'PROCESSING' | 'COMPLETED';

export interface InferenceStatus {
  state: InferenceState;
  metrics: InferenceMetrics;
}

export interface InferenceResult {
  /** v1 may not report it. */
  requestId?: string;
  /** At least one; maybe fewer than requested. */
  images: ImageSource[];
  /** The seed that Segmind drew; it may not report it. */
  seed?: number;
  metrics: InferenceMetrics;
}

/** Segmind's metrics under our names. */
export function metricsOf(metrics: z.output<typeof metricsSchema>): InferenceMetrics {
  return withoutUndefined({
    costUsd: metrics?.cost,
    remainingCreditsUsd: metrics?.remaining_credits,
    inferenceSeconds: metrics?.inference_time,
    queueSeconds: metrics?.queue_time,
    totalSeconds: metrics?.total_time,
  });
}

/** The object without its undefined fields. */
export function withoutUndefined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  // Safe cast: the filter leaves a subset of T's fields, none of them undefined.
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
