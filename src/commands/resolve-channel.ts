import type { Channel } from '../settings/channels.ts';
import type { Settings } from '../settings/schema.ts';
import { within } from '../time.ts';
import type { CommandContext } from './command.ts';
import type { InvokerFacts } from './invoker.ts';
import { isThread } from './threads.ts';

/** How long an answer may wait for what a thread hangs in. Discord takes one within 3 s. */
const PATIENCE_MS = 1_000;

/** Where an interaction comes from, as far as the rules of its server need to know. What Discord doesn't tell is left out. */
export async function resolveChannel(
  { guildId, channel }: InvokerFacts,
  settings: Settings,
  findParent: CommandContext['findParent'],
): Promise<Channel> {
  if (guildId === undefined) return { placeIds: [], isComplete: true, isAgeRestricted: undefined };
  const { id, parentId, isAgeRestricted } = channel;
  const placeIds = parentId ? [id, parentId] : [id];
  if (!isThread(channel.type) && parentId !== undefined && isAgeRestricted !== undefined)
    return { placeIds, isComplete: true, isAgeRestricted };
  const unknown = { placeIds, isComplete: false, isAgeRestricted: undefined };
  // The payload has neither the category of a thread nor its age restriction: both are its channel's.
  const askedId = isThread(channel.type) ? parentId : id;
  if (!askedId || !hasChannelRules(settings)) return unknown;
  try {
    const facts = await within(PATIENCE_MS, findParent(askedId));
    if (!facts) return unknown;
    const places = new Set([...placeIds, ...(facts.parentId === undefined ? [] : [facts.parentId])]);
    return { placeIds: [...places], isComplete: true, isAgeRestricted: facts.isAgeRestricted };
  } catch {
    // Whatever the reason: where rules exist, a place that isn't known is refused.
    return unknown;
  }
}

function hasChannelRules({ channels, safety }: Settings): boolean {
  return channels.allow.length > 0 || channels.deny.length > 0 || safety.onlyAgeRestricted;
}
