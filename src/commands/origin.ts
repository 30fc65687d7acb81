import { isDeepStrictEqual } from 'node:util';
import { type Job, type JobState, type Origin, parametersToSend } from '../jobs/job.ts';

/** A button that asks for images, and the job under whose message it stands. */
export interface StartedBy {
  readonly button: Origin['button'];
  readonly job: Job;
}

function hasImages(state: JobState): boolean {
  return state.name === 'failed' ? state.rendered !== undefined : 'imageCount' in state;
}

/** What is kept of the button that starts a request. */
export function originOf({ button, job }: StartedBy, request: Parameters<typeof parametersToSend>[0]): Origin {
  const isSame = isDeepStrictEqual(parametersToSend(request), parametersToSend(job));
  return { button, jobId: job.id, repeatsImage: isSame && hasImages(job.state) };
}
