import { isDeepStrictEqual } from 'node:util';
import { type Job, type JobState, type Origin, parametersToSend } from '../jobs/job.ts';

/** A button that asks for images, and the job under whose message it stands; or what starts a new image. */
export type StartedBy =
  | { readonly button: Exclude<Origin['button'], 'compose' | 'example'>; readonly job: Job }
  | { readonly button: 'compose' | 'example' };

function hasImages(state: JobState): boolean {
  return state.name === 'failed' ? state.rendered !== undefined : 'imageCount' in state;
}

/** What is kept of the button or form that starts a request. */
export function originOf(
  startedBy: StartedBy,
  request: Parameters<typeof parametersToSend>[0] & Pick<Job, 'guildId'>,
): Origin {
  const { button } = startedBy;
  if (!('job' in startedBy)) return { button, repeatsImage: false };
  const { job } = startedBy;
  const isSame = isDeepStrictEqual(parametersToSend(request), parametersToSend(job));
  const [messageId] = job.messageIds;
  // From the list of one's own images, one of another channel can be edited; in direct messages, one of any server.
  const isLinked = button === 'edit' && job.guildId === request.guildId;
  const link = isLinked && messageId !== undefined ? { messageId, channelId: job.channelId } : {};
  return { button, jobId: job.id, ...link, repeatsImage: isSame && hasImages(job.state) };
}
