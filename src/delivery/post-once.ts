import type { Job } from '../jobs/job.ts';
import type { MemberRoutes, Outgoing, PostedMessage } from './discord-routes.ts';
import { isRefusal } from './refusals.ts';

/** Posts a final message of a job, unless an earlier try, or an earlier process, has posted it. */
export async function postOnce(
  routes: Pick<MemberRoutes, 'findPosted' | 'post'>,
  channelId: string,
  job: Job,
  message: Outgoing,
  nonce: string,
): Promise<PostedMessage> {
  return (await findPosted(routes, channelId, job, message)) ?? routes.post(channelId, nonce, message);
}

export async function findPosted(
  routes: Pick<MemberRoutes, 'findPosted'>,
  channelId: string,
  job: Job,
  message: Outgoing,
): Promise<PostedMessage | undefined> {
  try {
    return await routes.findPosted(channelId, job, message);
  } catch (error) {
    // Without permission to read the history, only the nonce prevents a second message.
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
