import type { Job } from '../jobs/job.ts';
import { messageLink } from './format.ts';

/** The address of a job's images, where others than its requester can see them. */
export function publicMessage({ state, isPrivate, guildId, channelId, messageIds: [first] }: Job): string | undefined {
  if (isPrivate || state.name !== 'delivered' || guildId === undefined || first === undefined) return undefined;
  return messageLink({ guildId, channelId, messageId: first });
}
