import type { Ending } from './delivery.ts';
import type { Failure } from './failure.ts';
import type { Job } from './job.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';

/** Failures that members read "the operator has been told" about: this is how. */
const OPERATORS: ReadonlySet<string> = new Set<Failure['kind']>([
  'misconfigured',
  'unexpected_answer',
  'stopped',
  'internal',
  'not_submitted',
]);

type EndParts = Pick<JobParts, 'store' | 'delivery' | 'shardOf' | 'log'>;

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
  const { store, delivery, shardOf, log } = parts;
  const failure = ending.name === 'failed' ? { failure: ending.failure } : {};
  const level = ending.name === 'failed' && OPERATORS.has(ending.failure.kind) ? 'error' : 'info';
  const isTold = await delivery.deliver(job, ending);
  await untilStored(() => store.close(job.id), log, signal);
  const facts = { job: job.id, guild: job.guildId, shard: shardOf(job.guildId) };
  log[level]({ ...facts, ending: ending.name, ...failure, isTold }, 'ended');
}
