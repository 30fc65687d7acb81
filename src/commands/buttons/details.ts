import type { Button } from '../command.ts';
import { showDetails } from '../show-details.ts';
import { findUsableJob } from './find-usable-job.ts';

/** `Details`: all that is kept of a job, for its requester and everyone who may repeat it. */
export const details: Button = {
  action: 'details',
  async execute(interaction, jobId, context, invoker) {
    const job = await findUsableJob('details', interaction, jobId, context, invoker);
    if (job) await showDetails(interaction, job, context, invoker);
  },
};
