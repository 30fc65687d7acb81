import type { Log } from '../log.ts';
import type { Circuit } from '../segmind/circuit.ts';
import type { InferenceResult, SegmindClient } from '../segmind/client.ts';
import { RateLimited } from '../segmind/errors.ts';
import { pauseMsFor, type SubmitLimiter } from '../segmind/limiter.ts';
import { now } from '../time.ts';
import type { Ending } from './delivery.ts';
import { judge } from './failure.ts';
import type { Job, RenderedFacts, StateOf } from './job.ts';
import type { JobStore } from './store.ts';

/** What became of one POST. */
export type SubmitOutcome =
  | { readonly name: 'submitted'; readonly job: Job; readonly state: StateOf<'submitted'> }
  | {
      readonly name: 'rendered';
      readonly job: Job;
      readonly state: StateOf<'rendered'>;
      readonly result: InferenceResult;
    }
  | { readonly name: 'ended'; readonly job: Job; readonly ending: Extract<Ending, { name: 'failed' | 'unknown' }> }
  /** Back in line, before all others: the provider asked to wait (429). */
  | { readonly name: 'rate_limited'; readonly job: Job }
  /** The provider had trouble and took nothing: the one more try that this allows comes after a pause. */
  | { readonly name: 'retry'; readonly job: Job }
  /** Somebody else has changed the job meanwhile: no POST was made. */
  | { readonly name: 'taken' };

interface SubmitParts {
  readonly segmind: Pick<SegmindClient, 'submit' | 'runSync'>;
  readonly store: JobStore;
  readonly limiter: Pick<SubmitLimiter, 'pauseUntil'>;
  readonly circuit: Pick<Circuit, 'trip' | 'succeeded'>;
  readonly log: Log;
  readonly mode: 'async' | 'sync';
  readonly base64: boolean;
}

/** The facts of a result that are kept and shown; the images themselves are not among them. */
export function renderedFacts(result: InferenceResult, submittedAtMs: number): RenderedFacts {
  const { costUsd, inferenceSeconds, totalSeconds } = result.metrics;
  const renderSeconds = inferenceSeconds ?? totalSeconds;
  return {
    submittedAtMs,
    renderedAtMs: now(),
    imageUrls: result.images.flatMap((image) => (image.kind === 'url' ? [image.url] : [])),
    imageCount: result.images.length,
    ...(result.requestId === undefined ? {} : { requestId: result.requestId }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(renderSeconds === undefined ? {} : { renderSeconds }),
  };
}

/**
 * Sends the one POST that a real slot stands for, and stores each step before it is taken: `submitting` before the POST, the
 * request id right after it. Never sends a second one by itself.
 * @param mayRetry whether the job has its one further try after a 5xx left
 */
export async function submitOnce(parts: SubmitParts, waiting: Job, mayRetry: boolean): Promise<SubmitOutcome> {
  const { store, segmind, circuit, log } = parts;
  const submittingAtMs = now();
  const job = await store.transition(waiting.id, 'queued', { name: 'submitting', submittingAtMs });
  if (!job) return { name: 'taken' };

  const move = async (to: Job['state']): Promise<Job> => {
    const moved = await store.transition(job.id, 'submitting', to);
    if (!moved) throw new Error(`Job ${job.id} left the state submitting while its POST was under way.`);
    return moved;
  };

  try {
    if (parts.mode === 'sync') {
      const result = await segmind.runSync(job.parameters, { base64: parts.base64 });
      circuit.succeeded(result.metrics.costUsd);
      const state = { name: 'rendered' as const, ...renderedFacts(result, submittingAtMs) };
      return { name: 'rendered', job: await move(state), state, result };
    }
    const inference = await segmind.submit(job.parameters, { base64: parts.base64 });
    circuit.succeeded();
    const state = {
      name: 'submitted' as const,
      requestId: inference.requestId,
      submittedAtMs: now(),
      phase: 'QUEUED' as const,
      isOverdue: false,
    };
    return { name: 'submitted', job: await move(state), state };
  } catch (error) {
    const verdict = judge(error);
    log.warn({ err: error, job: job.id, verdict: verdict.name }, 'a submit failed');
    circuit.trip(error);
    if (verdict.name === 'rate_limited' || (verdict.name === 'retry' && mayRetry)) {
      if (error instanceof RateLimited) parts.limiter.pauseUntil(now() + pauseMsFor(error, now()));
      return { name: verdict.name, job: await move({ name: 'queued', queuedAtMs: submittingAtMs }) };
    }
    const ending: Extract<Ending, { name: 'failed' | 'unknown' }> =
      verdict.name === 'unknown' ? { name: 'unknown' } : { name: 'failed', failure: verdict.failure };
    return { name: 'ended', job: await move({ endedAtMs: now(), ...ending }), ending };
  }
}
