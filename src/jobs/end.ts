import type { Log } from '../log.ts';
import { now } from '../time.ts';
import type { Delivery, Ending } from './delivery.ts';
import type { Job } from './job.ts';
import type { JobStore } from './store.ts';

interface EndParts {
  readonly store: JobStore;
  readonly delivery: Delivery;
  readonly log: Log;
}

/** Stores that a job ended without pictures and tells the member, in this order: what was told must not happen again. */
export async function end(
  parts: EndParts,
  job: Job,
  ending: Extract<Ending, { name: 'failed' | 'cancelled' | 'unknown' }>,
): Promise<void> {
  const ended = await parts.store.transition(job.id, job.state.name, { endedAtMs: now(), ...ending });
  if (ended) await tellEnd(parts, ended, ending);
}

/** Tells the member an end that is stored already. */
export async function tellEnd(parts: EndParts, job: Job, ending: Ending): Promise<void> {
  parts.log.info(
    { job: job.id, ending: ending.name, ...(ending.name === 'failed' ? { failure: ending.failure } : {}) },
    'ended',
  );
  const messageIds = await parts.delivery.deliver(job, ending);
  if (messageIds.length > 0) await parts.store.setMessages(job.id, messageIds);
}
