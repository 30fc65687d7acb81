import { isUncharged } from '../failure.ts';
import type { Job } from '../job.ts';

/** What an ended job has cost. */
export interface JobCharge {
  readonly jobId: string;
  readonly guildId?: string;
  /** False only when it is certain that nothing was charged. */
  readonly isCharged: boolean;
  /** US$, where the provider said it. */
  readonly costUsd?: number;
}

/** What a job has cost, US$, if it made all that was asked for; a cheaper part says nothing of the whole. */
export function fullCostOf({ state, parameters, costUsd }: Job): number | undefined {
  return state.name === 'delivered' && state.imageCount === parameters.samples ? costUsd : undefined;
}

/** Whether a job that has ended was charged, and what. Of one that never was submitted: not. */
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
