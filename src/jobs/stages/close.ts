import { now } from '../../time.ts';
import type { JobDependencies } from '../dependencies.ts';
import type { Job, JobIn } from '../job.ts';

/**
 * Tells the member how a job ended, unless the images show it, and closes it.
 * If neither images nor a message could be delivered, the job stays open in the database, and the next start tries again.
 */
export async function close(
  job: JobIn<'delivered' | 'failed' | 'cancelled' | 'unknown'>,
  { store, delivery, imageFiles, log }: JobDependencies,
  signal: AbortSignal,
): Promise<Job> {
  const { state } = job;
  if (state.name !== 'delivered' && !(await delivery.deliver(job, state))) {
    log.warn({ job: job.id, ending: state.name }, 'all delivery routes failed');
    if (state.name === 'failed' && state.rendered && !state.isRetried) return { ...job, endedAtMs: now() };
  }
  const closed = await store.retry(() => store.close(job), signal);
  if (state.name === 'delivered') await imageFiles.remove(state.imageFiles);
  return closed;
}
