import type { Job } from '../jobs/job.ts';
import { within } from '../time.ts';

/** Discord waits 3 s for the first answer, the database may be busy, and the rules are waited for as well. */
const FIND_WITHIN_MS = 1_500;

/** The result of a search for a job; undefined if the search takes more than 1.5 s. */
export function findInTime(finding: Promise<Job | undefined>): Promise<{ job: Job | undefined } | undefined> {
  return within(
    FIND_WITHIN_MS,
    finding.then((job) => ({ job })),
  );
}
