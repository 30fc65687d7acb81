import { isUncharged } from '../failure.ts';
import type { Job } from '../job.ts';

/** What an ended job cost. */
export interface JobCharge {
  readonly jobId: string;
  readonly guildId?: string;
  /** False only when it is certain that nothing was charged. */
  readonly isCharged: boolean;
  /** US$, if the provider reported it. */
  readonly costUsd?: number;
}

/** The cost of a job in US$; undefined when some of its images are missing, since that is not what they usually cost. */
export function fullCostOf({ state, parameters, costUsd }: Job): number | undefined {
  return state.name === 'delivered' && state.imageCount === parameters.samples ? costUsd : undefined;
}

/** Whether an ended job was charged, and what it cost. */
export function chargeOf({ id, guildId, state, costUsd }: Job): JobCharge {
  const isFree =
    state.name === 'queued' ||
    state.name === 'cancelled' ||
    (state.name === 'failed' && costUsd === undefined && isUncharged(state.failure));
  return {
    jobId: id,
    ...(guildId === undefined ? {} : { guildId }),
    isCharged: !isFree,
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}
