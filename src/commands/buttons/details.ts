import type { Button } from '../command.ts';
import { showDetails } from '../show-details.ts';
import { findJob } from './find-job.ts';

/** `Details`: all that is kept of a job. */
export const details: Button = {
  action: 'details',
  async execute(interaction, jobId, context, invoker) {
    const job = await findJob(interaction, jobId, context, invoker);
    if (job) await showDetails(interaction, job, invoker);
  },
};
