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

/** Keeps processes from submitting at the same moment after a pause. */
const MAX_JITTER_MS = 1_000;
/** An older permit is not used: after three times as long, other processes may consider this one dead. */
const MAX_PERMIT_AGE_MS = 5_000;
const LATE_PAUSE_MS = 1_000;
/** Between a 5xx and its only retry. */
const RETRY_PAUSE_MS = 2_000;

/**
 * Sends the one POST that a job's permit allows; a stopping process waits for it. Never sends a second one by itself.
 * @param signal ends waiting for a busy database, but never the POST itself
 */
export function submit(job: JobIn<'submitting'>, dependencies: JobDependencies, signal: AbortSignal): Promise<Job> {
  const permit = dependencies.permits.take(job.id);
  // No permit: an earlier process may have sent the POST.
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
    if (monotonicNow() - permit.requestedAtMs > MAX_PERMIT_AGE_MS)
      return await returnUnsent(job, permit, dependencies, signal);
    delivery.showProgress(job, { phase: 'submitting' });
    let answer: { state: StateOf<'submitted' | 'rendered'>; result?: InferenceResult };
    try {
      answer = await post(job, dependencies);
    } catch (error) {
      return await handleFailure(error, job, permit, dependencies, signal);
    }
    // The answer is stored first: it was paid for, and the ledger can wait.
    const moved = await storeAnswer(job, answer.state, dependencies, signal);
    await settle(permit, 'accepted', dependencies, true).catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error, job: job.id }, 'submit ledger not updated');
    });
    if (answer.result && moved.state.name === 'rendered') {
      noteResult(dependencies, { ...moved, state: moved.state }, answer.result);
    }
    return moved;
  } finally {
    if (permit.isTrial) circuit.endTrial('inconclusive');
    permit.release();
  }
}

/** If the answer can't be stored, the log has the id of what was paid for. */
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

/** Makes the blocking call (v1), and shows its progress. */
async function postAndRender(job: Job, dependencies: JobDependencies) {
  const { segmind, circuit, imageFiles, delivery, renderHistory, log, base64, deadlineMs } = dependencies;
  const submittedAtMs = now();
  const { estimateSeconds } = renderHistory.scheduleFor(job.parameters);
  const show = (isOverdue: boolean) =>
    delivery.showProgress(job, { phase: 'rendering', sinceMs: submittedAtMs, estimateSeconds, isOverdue });
  show(false);
  const cancelOverdue = later(deadlineMs, () => show(true));
  try {
    const result = await segmind.runSync(parametersToSend(job), { base64, neededUsd: circuit.neededUsd });
    const inline = result.images.flatMap((image) => (image.kind === 'inline' ? [image] : []));
    const files = await imageFiles.save(job.id, inline).catch((error: unknown) => {
      // They can still be delivered from memory: the job was paid for.
      log.error({ err: error, job: job.id }, 'images not written to disk');
      return [];
    });
    return { state: { name: 'rendered' as const, ...renderedFacts(result, submittedAtMs, files) }, result };
  } finally {
    cancelOverdue();
  }
}

/** Puts a job with a permit that is too old back into the queue: other processes may no longer count its POST. */
async function returnUnsent(
  job: JobIn<'submitting'>,
  permit: Permit,
  { permits, store, log }: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  log.warn({ job: job.id }, 'submit permit too old, job queued again');
  permits.hold(LATE_PAUSE_MS);
  await permits.withdraw(permit);
  const queued = await store.move(job, { ...permit.queued, isFirst: true }, signal);
  permits.release(job.id);
  return queued;
}

/** After a failed POST, the job goes back to the head of the queue after a pause, or it ends. */
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
    const pauseMs = error instanceof RateLimited ? pauseMsFor(error, now()) : RETRY_PAUSE_MS;
    // The pause first, so that no other POST is sent meanwhile.
    await permits.pause(pauseMs + Math.random() * MAX_JITTER_MS);
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
