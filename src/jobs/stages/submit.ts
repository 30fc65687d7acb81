import type { InferenceResult } from '../../segmind/client.ts';
import { ForeignAnswer, RateLimited } from '../../segmind/errors.ts';
import { pauseMsFor } from '../../segmind/pause.ts';
import { later, monotonicNow, now } from '../../time.ts';
import type { JobDependencies } from '../dependencies.ts';
import type { PostOutcome } from '../events.ts';
import { showsThatSubmitsWork, toVerdict, type Verdict } from '../failure.ts';
import { type Job, type JobIn, parametersToSend, type StateOf } from '../job.ts';
import type { Permit } from '../permits/permit.ts';
import { noteResult, renderedFacts } from './rendered-facts.ts';

/** Spreads the processes that wait for the same end of a pause. */
const MAX_JITTER_MS = 1_000;
/** A permit that was asked for this long ago is not used any more; a process may be taken for dead after three times that. */
const LATE_MS = 5_000;
const LATE_PAUSE_MS = 1_000;
/** Between a 5xx and the one more try that it allows. */
const RETRY_PAUSE_MS = 2_000;

/**
 * Sends the one POST of a job's permit; a stop waits for it. Never sends a second one by itself.
 * @param signal ends the waiting for a busy database; the POST itself is never broken off
 */
export function submit(job: JobIn<'submitting'>, dependencies: JobDependencies, signal: AbortSignal): Promise<Job> {
  const permit = dependencies.permits.take(job.id);
  // Without a permit of this process, an earlier one may have sent the POST.
  if (!permit) return dependencies.store.move(job, { name: 'unknown' }, signal);
  return dependencies.criticalWork.run(sendOnce(job, permit, dependencies, signal));
}

async function sendOnce(
  job: JobIn<'submitting'>,
  permit: Permit,
  dependencies: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const { circuit, delivery, log } = dependencies;
  try {
    if (monotonicNow() - permit.askedAtMs > LATE_MS) return await returnUnsent(job, permit, dependencies, signal);
    delivery.showProgress(job, { phase: 'submitting' });
    let answer: { state: StateOf<'submitted' | 'rendered'>; result?: InferenceResult };
    try {
      answer = await post(job, dependencies);
    } catch (error) {
      return await handleFailure(error, job, permit, dependencies, signal);
    }
    // What was paid for is stored first: the record of the budget can wait.
    const moved = await storeAnswer(job, answer.state, dependencies, signal);
    await settle(permit, 'accepted', dependencies, true).catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error, job: job.id }, 'POST not settled');
    });
    if (answer.result && moved.state.name === 'rendered') {
      noteResult(dependencies, { ...moved, state: moved.state }, answer.result);
    }
    return moved;
  } finally {
    if (permit.isTrial) circuit.endTrial('untold');
    permit.release();
  }
}

/** Whatever keeps the answer from being stored, the log has the id of what was paid for. */
async function storeAnswer(
  job: JobIn<'submitting'>,
  state: StateOf<'submitted' | 'rendered'>,
  { store, log }: JobDependencies,
  signal: AbortSignal,
): Promise<JobIn<'submitted' | 'rendered'>> {
  try {
    return await store.move(job, state, signal);
  } catch (error) {
    log.error({ err: error, job: job.id, requestId: state.requestId }, 'answer to a submit not stored');
    throw error;
  }
}

async function post(
  job: Job,
  dependencies: JobDependencies,
): Promise<{ state: StateOf<'submitted' | 'rendered'>; result?: InferenceResult }> {
  const { segmind, circuit, mode, base64 } = dependencies;
  if (mode === 'sync') return postAndRender(job, dependencies);
  const { requestId } = await segmind.submit(parametersToSend(job), { base64, neededUsd: circuit.neededUsd });
  return { state: { name: 'submitted', requestId, submittedAtMs: now(), phase: 'QUEUED', isOverdue: false } };
}

/** The blocking call (v1), while the member sees that the image is being painted. */
async function postAndRender(job: Job, dependencies: JobDependencies) {
  const { segmind, circuit, imageFiles, delivery, estimate, log, base64, deadlineMs } = dependencies;
  const submittedAtMs = now();
  const estimateSeconds = estimate.secondsFor(job.parameters);
  const show = (isOverdue: boolean) =>
    delivery.showProgress(job, { phase: 'rendering', sinceMs: submittedAtMs, estimateSeconds, isOverdue });
  show(false);
  const cancelOverdue = later(deadlineMs, () => show(true));
  try {
    const result = await segmind.runSync(parametersToSend(job), { base64, neededUsd: circuit.neededUsd });
    const inline = result.images.flatMap((image) => (image.kind === 'inline' ? [image] : []));
    const files = await imageFiles.save(job.id, inline).catch((error: unknown) => {
      // The images are in memory: delivering them from there is better than failing a job that was paid for.
      log.error({ err: error, job: job.id }, 'images not written to disk');
      return [];
    });
    return { state: { name: 'rendered' as const, ...renderedFacts(result, submittedAtMs, files) }, result };
  } finally {
    cancelOverdue();
  }
}

/** Puts a job back whose permit is too old: others may have taken this process for dead, and count its POST as sent and over. */
async function returnUnsent(
  job: JobIn<'submitting'>,
  permit: Permit,
  { permits, store, log }: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  log.warn({ job: job.id }, 'submit permit too old, asked for again');
  permits.hold(LATE_PAUSE_MS);
  await permits.withdraw(permit);
  const queued = await store.move(job, { ...permit.queued, isFirst: true }, signal);
  permits.release(job.id);
  return queued;
}

/** Decides what a failed POST means: the job goes back to the head of the queue after a pause, or it ends. */
async function handleFailure(
  error: unknown,
  job: JobIn<'submitting'>,
  permit: Permit,
  dependencies: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const { permits, circuit, store, log } = dependencies;
  const verdict = toVerdict(error);
  log.warn({ err: error, job: job.id, verdict: verdict.name }, 'submit failed');
  circuit.trip(error);
  const { queuedAtMs, hasRetried } = permit.queued;
  const isRetry = verdict.name === 'retry' && !hasRetried;
  if (verdict.name === 'rate_limited' || isRetry) {
    const askedMs = error instanceof RateLimited ? pauseMsFor(error, now()) : RETRY_PAUSE_MS;
    // The pause first: it holds what is about to be sent.
    await permits.pause(askedMs + Math.random() * MAX_JITTER_MS);
    await settle(permit, verdict.name, dependencies, false);
    const next = { name: 'queued', queuedAtMs, isFirst: true, hasRetried: hasRetried || isRetry } as const;
    const queued = await store.move(job, next, signal);
    permits.release(job.id);
    return queued;
  }
  const outcome = error instanceof ForeignAnswer ? 'foreign' : verdict.name;
  await settle(permit, outcome, dependencies, showsThatSubmitsWork(verdict));
  return store.move(job, endOf(verdict), signal);
}

function endOf(verdict: Exclude<Verdict, { name: 'rate_limited' }>): StateOf<'failed' | 'unknown'> {
  return verdict.name === 'unknown' ? { name: 'unknown' } : { name: 'failed', failure: verdict.failure };
}

function settle(
  permit: Permit,
  outcome: PostOutcome,
  { permits, onEvent }: JobDependencies,
  hasPassed: boolean,
): Promise<void> {
  onEvent({ name: 'posted', outcome });
  return permits.settle(permit, outcome, hasPassed);
}
