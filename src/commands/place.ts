import { ChannelType, type REST, Routes } from 'discord.js';
import type { Channel } from '../settings/channels.ts';
import type { Settings } from '../settings/schema.ts';
import { within } from '../time.ts';
import type { Press } from './press.ts';

/** How long an answer may wait for what a thread hangs in. Discord takes one within 3 s. */
const PATIENCE_MS = 1_000;

const THREADS: ReadonlySet<number> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

/** Where a press comes from, as far as the rules of its server need to know. What Discord doesn't tell is left out. */
export async function findPlace({ guildId, channel }: Press, settings: Settings, rest: REST): Promise<Channel> {
  if (guildId === undefined) return { placeIds: [], isComplete: true, isAgeRestricted: undefined };
  const { id, parentId, isAgeRestricted } = channel;
  const placeIds = parentId === undefined ? [id] : [id, parentId];
  if (!THREADS.has(channel.type)) return { placeIds, isComplete: true, isAgeRestricted: isAgeRestricted ?? false };
  const unknown = { placeIds, isComplete: false, isAgeRestricted: undefined };
  if (parentId === undefined || !hasChannelRules(settings)) return unknown;
  // The payload has neither the category of a thread nor its age restriction: both are its channel's. Nothing is remembered of
  // the answer, so that a channel moved a second ago counts.
  try {
    const parent = await within(PATIENCE_MS, rest.get(Routes.channel(parentId)));
    if (parent === undefined) return unknown;
    // True: this route answers with a channel, and what threads hang in has these fields.
    const { parent_id: categoryId, nsfw = false } = parent as { parent_id?: string | null; nsfw?: boolean };
    return { placeIds: categoryId ? [...placeIds, categoryId] : placeIds, isComplete: true, isAgeRestricted: nsfw };
  } catch {
    // Whatever the reason: where rules exist, a place that isn't known is refused.
    return unknown;
  }
}

function hasChannelRules({ channels, safety }: Settings): boolean {
  return channels.allow.length > 0 || channels.deny.length > 0 || safety.onlyAgeRestricted;
}
