import type { Job } from '../jobs/job.ts';

/** The address of a job's images, where others than its requester can see them. */
export function publicMessage({ state, isPrivate, guildId, channelId, messageIds: [first] }: Job): string | undefined {
  if (isPrivate || state.name !== 'delivered' || guildId === undefined || first === undefined) return undefined;
  return `https://discord.com/channels/${guildId}/${channelId}/${first}`;
}
