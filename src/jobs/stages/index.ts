import type { JobDependencies } from '../dependencies.ts';
import type { Job, JobIn, StateName } from '../job.ts';
import { awaitResult } from './await-result.ts';
import { close } from './close.ts';
import { deliver } from './deliver.ts';
import { submit } from './submit.ts';
import { waitForTurn } from './wait-for-turn.ts';

/**
 * One step of a job's life: resolves to the job as it is stored then.
 * @throws JobLost when the job is no longer this process's business, or `signal.reason`
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

// Safe cast: every job is handed to the stage that stands under the name of its state.
export const stages = STAGES as Readonly<Record<StateName, (job: Job, ...rest: Rest) => Promise<Job>>>;

type Rest = [dependencies: JobDependencies, signal: AbortSignal];
