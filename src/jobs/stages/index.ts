import type { JobDependencies } from '../dependencies.ts';
import type { Job, JobIn, StateName } from '../job.ts';
import { awaitResult } from './await-result.ts';
import { close } from './close.ts';
import { deliver } from './deliver.ts';
import { submit } from './submit.ts';
import { waitForTurn } from './wait-for-turn.ts';

/**
 * One stage of a job: resolves to the job in its next state, as it is stored.
 * @throws JobLost when another process owns the job or it has changed, or `signal.reason`
 */
type Stage<Name extends StateName> = (
  job: JobIn<Name>,
  dependencies: JobDependencies,
  signal: AbortSignal,
) => Promise<Job>;

const STAGES: { readonly [Name in StateName]: Stage<Name> } = {
  queued: waitForTurn,
  submitting: submit,
  submitted: awaitResult,
  rendered: deliver,
  delivering: deliver,
  delivered: close,
  failed: close,
  cancelled: close,
  unknown: close,
};

// Safe cast: a job is passed to the stage under the name of its state.
export const stages = STAGES as Readonly<Record<StateName, (job: Job, ...rest: Rest) => Promise<Job>>>;

type Rest = [dependencies: JobDependencies, signal: AbortSignal];
