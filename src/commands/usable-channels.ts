import { type APIGuildChannel, ChannelType, type REST } from 'discord.js';
import { refuseChannel } from '../settings/channels.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { Settings } from '../settings/schema.ts';
import { visibleChannels } from './config/guild-names.ts';
import type { GuildInvoker } from './config/subcommand.ts';

/** The refusals that another channel would not meet. */
const ABOUT_CHANNEL: ReadonlySet<PolicyRefusal['name']> = new Set([
  'channel_denied',
  'channel_not_allowed',
  'channel_unknown',
  'not_age_restricted',
]);

export function isAboutChannel({ name }: PolicyRefusal): boolean {
  return ABOUT_CHANNEL.has(name);
}

const isText = ({ type }: APIGuildChannel) => type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement;

/**
 * The channels where a server's settings allow images and that the member can see, text channels first. Asks Discord: to be called
 * after the acknowledgement. Empty when Discord doesn't answer within 1.5 s.
 */
export async function findUsableChannels(rest: REST, invoker: GuildInvoker, settings: Settings): Promise<string[]> {
  const channels = await visibleChannels(rest, invoker);
  const isUsable = ({ id, type, parent_id, nsfw = false }: APIGuildChannel) =>
    type !== ChannelType.GuildCategory &&
    refuseChannel(settings, {
      placeIds: parent_id ? [id, parent_id] : [id],
      isComplete: true,
      isAgeRestricted: nsfw,
    }) === undefined;
  const usable = channels.filter(isUsable);
  return [...usable.filter(isText), ...usable.filter((channel) => !isText(channel))].map(({ id }) => id);
}
