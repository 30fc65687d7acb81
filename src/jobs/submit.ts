import type { InferenceResult } from '../segmind/client.ts';
import { RateLimited } from '../segmind/errors.ts';
import { pauseMsFor } from '../segmind/limiter.ts';
import { now } from '../time.ts';
import type { Ending } from './delivery.ts';
import { judge } from './failure.ts';
import type { Job, JobState, RenderedFacts, StateOf } from './job.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';

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
  /** Back in line: before all others when the provider asked to wait (429), after a pause when it had trouble (5xx). */
  | { readonly name: 'rate_limited' | 'retry'; readonly job: Job }
  /** Somebody else has changed the job meanwhile: no POST was made. */
  | { readonly name: 'taken' };

/** The facts of a result that are kept and shown; the pictures themselves are not among them. */
export function renderedFacts(
  result: InferenceResult,
  submittedAtMs: number,
  imageFiles: readonly string[] = [],
): RenderedFacts {
  const { costUsd, inferenceSeconds, totalSeconds } = result.metrics;
  const renderSeconds = inferenceSeconds ?? totalSeconds;
  return {
    submittedAtMs,
    renderedAtMs: now(),
    imageCount: result.images.length,
    imageUrls: result.images.flatMap((image) => (image.kind === 'url' ? [image.url] : [])),
    imageFiles,
    ...(result.requestId === undefined ? {} : { requestId: result.requestId }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(renderSeconds === undefined ? {} : { renderSeconds }),
  };
}

/**
 * Sends the one POST that a real slot stands for, and stores each step before it is taken: `submitting` before the POST, the
 * request id right after it. Never sends a second one by itself.
 * @param signal ends the waiting for a database that takes nothing; the POST itself is never broken off
 */
export async function submitOnce(parts: JobParts, waiting: Job, signal: AbortSignal): Promise<SubmitOutcome> {
  const { store, log } = parts;
  const begun = await untilStored(() => store.beginSubmit(waiting.id), log, signal);
  if (!begun) return { name: 'taken' };
  const { job, postId } = begun;
  const move = async (to: JobState): Promise<Job> => {
    const moved = await untilStored(() => store.transition(job.id, 'submitting', to), log, signal);
    if (!moved) throw new Error(`Job ${job.id} left the state submitting while its POST was under way.`);
    return moved;
  };
  const settle = (outcome: string) => untilStored(() => store.settlePost(postId, outcome), log, signal);

  let next: JobState;
  let result: InferenceResult | undefined;
  try {
    ({ next, result } = await post(parts, job));
  } catch (error) {
    const verdict = judge(error);
    log.warn({ err: error, job: job.id, verdict: verdict.name }, 'a submit failed');
    parts.circuit.trip(error);
    await settle(verdict.name);
    const hasRetried = waiting.state.name === 'queued' && waiting.state.hasRetried;
    if (verdict.name === 'rate_limited' || (verdict.name === 'retry' && !hasRetried)) {
      if (error instanceof RateLimited) parts.limiter.pauseUntil(now() + pauseMsFor(error, now()));
      const queuedAtMs = waiting.state.name === 'queued' ? waiting.state.queuedAtMs : now();
      const isRetry = hasRetried || verdict.name === 'retry';
      return {
        name: verdict.name,
        job: await move({ name: 'queued', queuedAtMs, isFirst: true, hasRetried: isRetry }),
      };
    }
    const ending: Extract<Ending, { name: 'failed' | 'unknown' }> =
      verdict.name === 'unknown' ? { name: 'unknown' } : { name: 'failed', failure: verdict.failure };
    return { name: 'ended', job: await move(ending), ending };
  }
  // What was paid for first: the budget's record can wait.
  const moved = await move(next);
  await settle('accepted');
  parts.circuit.succeeded('costUsd' in next ? next.costUsd : undefined);
  if (next.name === 'rendered' && result) return { name: 'rendered', job: moved, state: next, result };
  if (next.name === 'submitted') return { name: 'submitted', job: moved, state: next };
  throw new Error(`A POST can't lead to the state ${next.name}.`);
}

async function post(
  { segmind, imageFiles, mode, base64 }: JobParts,
  job: Job,
): Promise<{ next: JobState; result: InferenceResult | undefined }> {
  if (mode === 'sync') {
    const submittedAtMs = now();
    const result = await segmind.runSync(job.parameters, { base64 });
    const inline = result.images.flatMap((image) => (image.kind === 'inline' ? [image] : []));
    const files = await imageFiles.save(job.id, inline);
    return { next: { name: 'rendered', ...renderedFacts(result, submittedAtMs, files) }, result };
  }
  const { requestId } = await segmind.submit(job.parameters, { base64 });
  const next: JobState = { name: 'submitted', requestId, submittedAtMs: now(), phase: 'QUEUED', isOverdue: false };
  return { next, result: undefined };
}
