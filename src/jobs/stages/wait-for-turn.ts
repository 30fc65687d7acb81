import { untilAborted } from '../../time.ts';
import type { JobDependencies } from '../dependencies.ts';
import type { Job, JobIn } from '../job.ts';
import { JobLost } from '../store.ts';

/** Waits in the queue until a POST may go, or until the job ends without one. */
export async function waitForTurn(
  job: JobIn<'queued'>,
  { queue, store }: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const turn = await untilAborted(queue.wait(job), signal);
  switch (turn.name) {
    case 'granted':
      return turn.job;
    case 'cancelled':
      return store.move(job, turn, signal);
    case 'expired':
      return store.move(job, { name: 'failed', failure: { kind: 'waited_too_long' } }, signal);
    case 'stopped':
      return store.move(job, { name: 'failed', failure: { kind: 'stopped', reason: turn.reason } }, signal);
    case 'lost':
      throw new JobLost(job.id, job.state.name);
    default:
      return turn satisfies never;
  }
}
