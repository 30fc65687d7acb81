import type { Job } from '../../jobs/job.ts';
import { monotonicNow, wait } from '../../time.ts';
import type { CommandContext } from '../command.ts';

/** Between two looks at the job. */
const PAUSE_MS = 300;
/** Uploads of several messages take seconds; when Discord is slow, minutes. */
const LONGEST_MS = 120_000;

/** The job once its delivery is over, so that no more messages of it come; as it was last when that takes over two minutes. */
export async function awaitDelivery(job: Job, { jobs }: Pick<CommandContext, 'jobs'>): Promise<Job> {
  const untilMs = monotonicNow() + LONGEST_MS;
  let latest: Job | undefined = job;
  while (latest?.state.name === 'delivering' && monotonicNow() < untilMs) {
    await wait(PAUSE_MS);
    latest = await jobs.find(job.id);
  }
  return latest ?? job;
}
