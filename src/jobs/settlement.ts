import { isUncharged } from './failure.ts';
import type { Job } from './job.ts';

/** What an ended job has cost. */
export interface Settlement {
  readonly jobId: string;
  readonly guildId?: string;
  /** False only when it is certain that nothing was charged. */
  readonly isCharged: boolean;
  /** US$, where the provider said it. */
  readonly costUsd?: number;
}

/** Whether a job that has ended was charged, and what. Of one that never was submitted: not. */
export function settlementOf({ id, guildId, state, costUsd }: Job): Settlement {
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
