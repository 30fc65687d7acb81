import type { Job } from '../jobs/job.ts';
import type { Invoker } from './invoker.ts';

/** Whether a member may know of a job: its requester always, others only where the job stands and is public. */
export function maySeeJob(
  { requesterId, isPrivate, guildId, channelId }: Job,
  { userId, guildId: hereId, channel }: Pick<Invoker, 'userId' | 'guildId' | 'channel'>,
): boolean {
  if (requesterId === userId) return true;
  return !isPrivate && guildId !== undefined && guildId === hereId && channelId === channel.id;
}
