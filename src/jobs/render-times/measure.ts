import type { FinishTimes } from '../../segmind/poller.ts';
import type { InferenceMetrics } from '../../segmind/result.ts';

/** Without Segmind's own numbers, a duration must be known to this share of it. */
const LARGEST_ERROR = 0.25;

/** How long a request took, in seconds. */
export interface Measured {
  readonly renderSeconds: number;
  /** Between the submit and the start of its rendering; undefined for a blocking call, which doesn't show it. */
  readonly queueSeconds: number | undefined;
}

/**
 * How long a request took, by Segmind's numbers as far as it reports them, and by what polls saw: after a restart, these may know its end
 * only to within an hour. Undefined when it isn't known well enough.
 * @param finish undefined for a blocking call
 */
export function measure(metrics: InferenceMetrics, finish: FinishTimes | undefined): Measured | undefined {
  const { inferenceSeconds, queueSeconds, totalSeconds } = metrics;
  if (!finish) {
    const renderSeconds = inferenceSeconds || totalSeconds;
    return renderSeconds ? { renderSeconds, queueSeconds } : undefined;
  }
  const total = totalOf(totalSeconds ?? sumOf(queueSeconds, inferenceSeconds), finish);
  if (total === undefined) return undefined;
  // Whatever isn't rendering counts as queueing: it comes before the images as well.
  const render = Math.min(total, inferenceSeconds || total - (queueSeconds ?? finish.queuedAtMs / 1000));
  return render > 0 ? { renderSeconds: render, queueSeconds: total - render } : undefined;
}

/** Between submit and end. What polls saw is certain; what Segmind reports is precise. */
function totalOf(reported: number | undefined, { afterMs, byMs }: FinishTimes): number | undefined {
  const after = afterMs / 1000;
  const by = byMs / 1000;
  if (reported) return Math.min(by, Math.max(after, reported));
  return by - after <= LARGEST_ERROR * by ? (after + by) / 2 : undefined;
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}
