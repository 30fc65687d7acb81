import type { InferenceResult } from '../../segmind/client.ts';
import { type FinishTimes, RESULT_RETENTION_MS } from '../../segmind/poller.ts';
import { msLeft } from '../../time.ts';
import type { JobDependencies } from '../dependencies.ts';
import { failureOf } from '../failure.ts';
import type { Job, JobIn, StateOf } from '../job.ts';
import { noteResult, renderedFacts } from './rendered-facts.ts';

/** Of all jobs together: the more are in flight, the less often each is polled. Otherwise polls would delay acknowledgements. */
const MAX_POLLS_PER_SECOND = 300;

/** Waits for the result of a submitted job, and shows its progress. */
export async function awaitResult(
  job: JobIn<'submitted'>,
  dependencies: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const { segmind, store, permits, delivery, renderHistory, log, deadlineMs } = dependencies;
  const schedule = renderHistory.scheduleFor(job.parameters);
  let { state } = job;
  const show = () =>
    delivery.showProgress(job, {
      phase: state.phase === 'PROCESSING' ? 'rendering' : 'accepted',
      sinceMs: state.submittedAtMs,
      estimateSeconds: schedule.estimateSeconds,
      isOverdue: state.isOverdue,
    });
  const showPhase = (phase: StateOf<'submitted'>['phase']) => {
    // Not stored: after a restart, polling shows it again.
    state = { ...state, phase };
    show();
  };
  const showOverdue = () => {
    state = { ...state, isOverdue: true };
    show();
    store.transition(job.id, 'submitted', state).catch((error: unknown) => {
      log.warn({ err: error, job: job.id }, 'job detail not stored');
    });
  };

  permits.countInFlight(job.id);
  show();
  let result: InferenceResult;
  let finish: FinishTimes | undefined;
  try {
    const leftMs = msLeft(RESULT_RETENTION_MS, state.submittedAtMs);
    const inference = segmind.inference(state.requestId, { samples: job.parameters.samples });
    result = await inference.wait({
      schedule,
      minPauseMs: () => (permits.inFlight * 1_000) / MAX_POLLS_PER_SECOND,
      timeoutMs: leftMs,
      ageMs: RESULT_RETENTION_MS - leftMs,
      slowAfterMs: msLeft(deadlineMs, state.submittedAtMs),
      signal,
      onState: (phase) => {
        if (phase !== 'COMPLETED' && phase !== state.phase) showPhase(phase);
      },
      onFinished: (times) => {
        finish = times;
      },
      onSlow: () => {
        permits.release(job.id);
        showOverdue();
      },
      onTrouble: (error) => log.error({ err: error, job: job.id }, 'poll failed'),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn({ err: error, job: job.id }, 'submitted job failed');
    return store.move(job, { name: 'failed', failure: failureOf(error) }, signal);
  }
  const rendered = await store.move(job, { name: 'rendered', ...renderedFacts(result, state.submittedAtMs) }, signal);
  noteResult(dependencies, rendered, result, finish);
  return rendered;
}
