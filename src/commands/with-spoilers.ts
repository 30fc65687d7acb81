import type { Job } from '../jobs/job.ts';
import type { Rules } from '../settings/policy.ts';

/** The job with its images hidden behind a click if they were, or if the server wants that by now. */
export function withSpoilers<J extends Job>(job: J, { settings }: Pick<Rules, 'settings'>): J {
  return { ...job, forced: { ...job.forced, spoilers: job.forced.spoilers || settings.safety.spoilers } };
}
