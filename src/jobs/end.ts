import type { Ending } from './delivery.ts';
import type { Job } from './job.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';

type EndParts = Pick<JobParts, 'store' | 'delivery' | 'log'>;

/** Stores that a job ended without pictures, then tells the member: what was told must not happen again. */
export async function end(
  parts: EndParts,
  job: Job,
  ending: Extract<Ending, { name: 'failed' | 'cancelled' | 'unknown' }>,
  signal: AbortSignal,
): Promise<void> {
  const { store, log } = parts;
  const ended = await untilStored(() => store.transition(job.id, job.state.name, ending), log, signal);
  if (ended) await tellEnd(parts, ended, ending, signal);
}

/** Tells the member an end that is stored already, and closes the job. */
export async function tellEnd(
  parts: EndParts,
  job: Job,
  ending: Extract<Ending, { name: 'failed' | 'cancelled' | 'unknown' }>,
  signal: AbortSignal,
): Promise<void> {
  const { store, delivery, log } = parts;
  const isTold = await delivery.deliver(job, ending);
  await untilStored(() => store.close(job.id), log, signal);
  if (!isTold) log.warn({ job: job.id, ending: ending.name }, 'no way to tell the member was open');
}
