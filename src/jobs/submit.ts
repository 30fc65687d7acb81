import type { InferenceResult } from '../segmind/client.ts';
import { RateLimited } from '../segmind/errors.ts';
import { pauseMsFor } from '../segmind/pause.ts';
import { later, now } from '../time.ts';
import type { Ending } from './delivery.ts';
import type { PostOutcome } from './event.ts';
import { judge } from './failure.ts';
import type { Pass } from './gate.ts';
import { type Job, type JobState, parametersToSend, type RenderedFacts, type StateOf } from './job.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';

/** Spreads those who wait for the same end of a pause. */
const MAX_JITTER_MS = 1_000;
/** A POST that was begun this long ago is not sent any more; a process may be taken for dead after three times that. */
const LATE_MS = 5_000;
const ANEW_PAUSE_MS = 1_000;
/** Between a 5xx and the one more try that it allows. */
const RETRY_PAUSE_MS = 2_000;

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
  /** Back in line, before all others, after a pause: the provider asked to wait (429), or had trouble and took nothing (5xx). */
  | { readonly name: 'sent_back'; readonly job: Job; readonly pausedUntilMs: number }
  /** No POST was made. */
  | Exclude<Pass, { name: 'begun' }>;

/** The facts of a result that are kept and shown; the pictures themselves are not among them. */
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
 * Sends the one POST that a real slot stands for, and stores each step before it is taken: `submitting` before the POST, the
 * request id right after it. Never sends a second one by itself.
 * @param signal ends the waiting for a database that takes nothing; the POST itself is never broken off
 */
export async function submitOnce(
  parts: JobParts,
  waiting: Job,
  limits: { readonly isTrial: boolean; readonly mayBeInFlightElsewhere: number },
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const { store, gate, stops, delivery, requestsPerMinute, log } = parts;
  const pass = await untilStored(() => gate.begin(waiting.id, { ...limits, requestsPerMinute }), log, signal);
  if (pass.name !== 'begun') return pass;
  const { job, postId } = pass;
  const move = async (to: JobState): Promise<Job> => {
    const moved = await untilStored(() => store.transition(job.id, 'submitting', to), log, signal);
    if (!moved) throw new Error(`Job ${job.id} left the state submitting while its POST was under way.`);
    return moved;
  };
  const settle = (outcome: PostOutcome) => {
    parts.onEvent({ name: 'posted', outcome });
    return untilStored(() => gate.settle(postId, outcome), log, signal);
  };

  if (now() - pass.begunAtMs > LATE_MS) {
    // Others may have taken this process for dead meanwhile, and count this POST as sent and over.
    log.warn({ job: job.id }, 'a submit came too late to be sent, and is begun anew');
    await untilStored(() => gate.withdraw(postId), log, signal);
    if (waiting.state.name === 'queued') await move(waiting.state);
    return { name: 'held', untilMs: now() + ANEW_PAUSE_MS, isPause: false };
  }
  delivery.showProgress(job, { phase: 'submitting' });
  let next: JobState;
  let result: InferenceResult | undefined;
  try {
    ({ next, result } = await post(parts, job));
  } catch (error) {
    const verdict = judge(error);
    log.warn({ err: error, job: job.id, verdict: verdict.name }, 'a submit failed');
    parts.circuit.trip(error);
    const hasRetried = waiting.state.name === 'queued' && waiting.state.hasRetried;
    const isSentBack = verdict.name === 'rate_limited' || (verdict.name === 'retry' && !hasRetried);
    const askedMs = error instanceof RateLimited ? pauseMsFor(error, now()) : RETRY_PAUSE_MS;
    const pauseMs = isSentBack ? askedMs + Math.random() * MAX_JITTER_MS : 0;
    // The pause first: it holds what is about to be begun.
    if (isSentBack) await stops.pause(pauseMs, (store) => untilStored(store, log, signal));
    await settle(verdict.name);
    if (isSentBack) {
      const pausedUntilMs = now() + pauseMs;
      const queuedAtMs = waiting.state.name === 'queued' ? waiting.state.queuedAtMs : now();
      const isRetry = hasRetried || verdict.name === 'retry';
      return {
        name: 'sent_back',
        job: await move({ name: 'queued', queuedAtMs, isFirst: true, hasRetried: isRetry }),
        pausedUntilMs,
      };
    }
    const ending: Extract<Ending, { name: 'failed' | 'unknown' }> =
      verdict.name === 'unknown' ? { name: 'unknown' } : { name: 'failed', failure: verdict.failure };
    return { name: 'ended', job: await move(ending), ending };
  }
  // What was paid for first: the budget's record can wait.
  const moved = await move(next);
  await settle('accepted');
  if (result) noteMoney(parts, result);
  if (next.name === 'rendered' && result) return { name: 'rendered', job: moved, state: next, result };
  if (next.name === 'submitted') return { name: 'submitted', job: moved, state: next };
  throw new Error(`A POST can't lead to the state ${next.name}.`);
}

/** What a picture has cost shows what the next ones may; the balance is for who watches it. */
export function noteMoney({ circuit, onEvent }: JobParts, { metrics }: InferenceResult): void {
  const { costUsd, remainingCreditsUsd } = metrics;
  if (costUsd !== undefined) circuit.recordCost(costUsd);
  if (remainingCreditsUsd !== undefined) onEvent({ name: 'credits_told', creditsUsd: remainingCreditsUsd });
}

async function post(parts: JobParts, job: Job): Promise<{ next: JobState; result: InferenceResult | undefined }> {
  if (parts.mode === 'sync') return block(parts, job);
  const { requestId } = await parts.segmind.submit(parametersToSend(job), { base64: parts.base64 });
  const next: JobState = { name: 'submitted', requestId, submittedAtMs: now(), phase: 'QUEUED', isOverdue: false };
  return { next, result: undefined };
}

/** The blocking call (v1), while the member sees that it is being painted. */
async function block({ segmind, imageFiles, delivery, estimate, log, base64, deadlineMs }: JobParts, job: Job) {
  const submittedAtMs = now();
  const estimateSeconds = estimate.secondsFor(job.parameters);
  const show = (isOverdue: boolean) =>
    delivery.showProgress(job, { phase: 'rendering', sinceMs: submittedAtMs, estimateSeconds, isOverdue });
  show(false);
  const cancelOverdue = later(deadlineMs, () => show(true));
  try {
    const result = await segmind.runSync(parametersToSend(job), { base64 });
    const inline = result.images.flatMap((image) => (image.kind === 'inline' ? [image] : []));
    const files = await imageFiles.save(job.id, inline).catch((error: unknown) => {
      // They are in memory, and it is better to deliver them from there than to fail a job that was paid for.
      log.error({ err: error, job: job.id }, 'pictures were not written to the disk');
      return [];
    });
    const next: JobState = { name: 'rendered', ...renderedFacts(result, submittedAtMs, files) };
    return { next, result };
  } finally {
    cancelOverdue();
  }
}
