import { ChannelType } from 'discord.js';

/** The channels that hang in another one, whose rules are theirs. */
export const THREAD_TYPES = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
] as const;

/** @param type Discord's number of a kind of channel */
export function isThread(type: number): boolean {
  return THREAD_TYPES.some((thread) => thread === type);
}
