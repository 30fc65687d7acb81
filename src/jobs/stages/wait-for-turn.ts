import { untilAborted } from '../../time.ts';
import type { JobDependencies } from '../dependencies.ts';
import type { Job, JobIn } from '../job.ts';
import { JobLost } from '../store-errors.ts';

/** Waits in the queue until the job may be submitted, or ends before that. */
export async function waitForTurn(
  job: JobIn<'queued'>,
  { queue, store }: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const exit = await untilAborted(queue.wait(job), signal);
  switch (exit.name) {
    case 'granted':
      return exit.job;
    case 'cancelled':
      return store.move(job, exit, signal);
    case 'expired':
      return store.move(job, { name: 'failed', failure: { kind: 'waited_too_long' } }, signal);
    case 'stopped':
      return store.move(job, { name: 'failed', failure: { kind: 'stopped', reason: exit.reason } }, signal);
    case 'lost':
      throw new JobLost(job.id, job.state.name);
    default:
      return exit satisfies never;
  }
}
