import type { Ending } from '../delivery.ts';
import type { JobDependencies } from '../dependencies.ts';
import type { Job, JobIn } from '../job.ts';

/** Tells the member how a job ended, if the images don't say it already, and closes it: its end is stored before, so that it is told once. */
export async function close(
  job: JobIn<'delivered' | 'failed' | 'cancelled' | 'unknown'>,
  { store, delivery, imageFiles, log }: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const ending = endingToTell(job);
  if (ending && !(await delivery.deliver(job, ending))) {
    log.warn({ job: job.id, ending: ending.name }, 'all delivery routes failed');
  }
  const closed = await store.retry(() => store.close(job), signal);
  if (job.state.name === 'delivered') await imageFiles.remove(job.state.imageFiles);
  return closed;
}

function endingToTell({ state }: JobIn<'delivered' | 'failed' | 'cancelled' | 'unknown'>): Ending | undefined {
  if (state.name === 'delivered') return undefined;
  // All routes have been tried with the images.
  if (state.name === 'failed' && state.failure.kind === 'undeliverable') return undefined;
  return state;
}
