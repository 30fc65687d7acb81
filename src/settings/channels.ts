import type { PolicyRefusal } from './policy-refusal.ts';
import type { Settings } from './schema.ts';

/** Where a request comes from, by its payload. */
export interface Channel {
  /** The channel or thread, a thread's channel, and the category. Empty in direct messages. */
  readonly placeIds: readonly string[];
  /** False when a thread's channel, or the category, isn't known. */
  readonly isComplete: boolean;
  /** For a thread, that of its channel; undefined when that isn't known. */
  readonly isAgeRestricted: boolean | undefined;
}

/** Why no images are allowed in a channel; undefined if they are. A deny wins at every level. */
export function refuseChannel({ channels, safety }: Settings, channel: Channel): PolicyRefusal | undefined {
  const { placeIds, isComplete } = channel;
  const deniedId = placeIds.find((id) => channels.deny.includes(id));
  if (deniedId !== undefined) return { name: 'channel_denied', placeId: deniedId };
  if (!isComplete && channels.deny.length > 0) return { name: 'channel_unknown' };
  if (channels.allow.length > 0 && !placeIds.some((id) => channels.allow.includes(id)))
    return isComplete ? { name: 'channel_not_allowed' } : { name: 'channel_unknown' };
  if (safety.onlyAgeRestricted && channel.isAgeRestricted !== true) return { name: 'not_age_restricted' };
  return undefined;
}
