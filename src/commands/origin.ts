import { isDeepStrictEqual } from 'node:util';
import { type Job, type JobState, type Origin, parametersToSend } from '../jobs/job.ts';

/** A button that asks for images, and the job under whose message it stands; or what starts a new image. */
export type StartedBy =
  | { readonly button: Exclude<Origin['button'], 'compose' | 'example' | 'fetch-image'>; readonly job: Job }
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
  const link = button === 'edit' ? linkTo(job, request) : {};
  return { button, jobId: job.id, ...link, repeatsImage: isSame && hasImages(job.state) };
}

/** Where the image is, if those who see the new one can see that. */
function linkTo(
  { state, isPrivate, messageIds: [messageId], guildId, channelId }: Job,
  { guildId: newGuildId }: Pick<Job, 'guildId'>,
): Pick<Origin, 'messageId' | 'channelId' | 'guildId'> {
  if (state.name !== 'delivered' || isPrivate || messageId === undefined) return {};
  if (guildId === newGuildId) return { messageId, channelId };
  // In direct messages, a member can edit their images from all servers, and no one else sees the link.
  return guildId !== undefined && newGuildId === undefined ? { messageId, channelId, guildId } : {};
}
