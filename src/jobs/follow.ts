import type { ImageSource, InferenceResult } from '../segmind/client.ts';
import { poll } from '../segmind/poller.ts';
import { end } from './end.ts';
import { judge } from './failure.ts';
import type { Job, JobState, StateOf } from './job.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';
import { noteMoney, renderedFacts } from './submit.ts';

/** A job whose pictures are rendered, and where they are. */
export interface Rendered {
  readonly job: Job;
  readonly state: StateOf<'rendered'>;
  readonly images: readonly ImageSource[];
}

/**
 * Waits for a submitted job's result, while the member sees where it is.
 * @param onOverdue called when the deadline has passed: the job no longer counts as under way
 * @returns undefined when the job has ended
 * @throws `signal.reason`
 */
export async function awaitResult(
  parts: JobParts,
  submitted: { readonly job: Job; readonly state: StateOf<'submitted'> },
  onOverdue: () => void,
  signal: AbortSignal,
): Promise<Rendered | undefined> {
  const { store, delivery, log } = parts;
  const { job } = submitted;
  const inference = parts.segmind.inference(submitted.state.requestId, { samples: job.parameters.samples });
  const estimateSeconds = parts.estimate.secondsFor(job.parameters);
  let { state } = submitted;
  const show = () =>
    delivery.showProgress(job, {
      phase: state.phase === 'PROCESSING' ? 'rendering' : 'accepted',
      sinceMs: state.submittedAtMs,
      estimateSeconds,
      isOverdue: state.isOverdue,
    });
  const change = (details: Partial<StateOf<'submitted'>>) => {
    state = { ...state, ...details };
    show();
    // A detail that helps after a restart, and does without.
    store.transition(job.id, 'submitted', state).catch((error: unknown) => {
      log.warn({ err: error, job: job.id }, 'a detail of a job was not stored');
    });
  };

  show();
  let result: InferenceResult;
  try {
    result = await poll(inference, {
      submittedAtMs: state.submittedAtMs,
      deadlineMs: parts.deadlineMs,
      signal,
      onState: (phase) => {
        if (phase !== 'COMPLETED' && phase !== state.phase) change({ phase });
      },
      onOverdue: () => {
        onOverdue();
        change({ isOverdue: true });
      },
      onTrouble: (error) => log.error({ err: error, job: job.id }, 'poll failed'),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const verdict = judge(error);
    log.warn({ err: error, job: job.id }, 'a submitted job failed');
    const failure = verdict.name === 'failed' ? verdict.failure : ({ kind: 'internal' } as const);
    await end(parts, job, { name: 'failed', failure }, signal);
    return undefined;
  }
  noteMoney(parts, result);
  const rendered: JobState = { name: 'rendered', ...renderedFacts(result, state.submittedAtMs) };
  const moved = await untilStored(() => store.transition(job.id, 'submitted', rendered), log, signal);
  return moved && { job: moved, state: rendered, images: result.images };
}
