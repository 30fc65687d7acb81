import { type InteractionPayload, interactionToken } from './interactions.ts';
import { snowflake } from './snowflakes.ts';
import type { State } from './state.ts';
import type { Channel, StoredMessage, User } from './types.ts';
import { channelOnWire, memberOnWire, messageOnWire, userOnWire } from './wire.ts';

export const INTERACTION = { command: 2, component: 3, autocomplete: 4, modalSubmit: 5 } as const;
const CONTEXT = { guild: 0, botDm: 1 } as const;
const GUILD_INSTALL = '0';

export interface PayloadOptions {
  type: number;
  user: User;
  channel: Channel;
  data: unknown;
  /** The language of the member's client; default `en-US`. */
  locale?: string | undefined;
  /** Bytes. */
  attachmentSizeLimit: number;
  /** The message whose component was used; also set for a modal that such a component opened. */
  message?: StoredMessage | undefined;
}

/**
 * Builds the INTERACTION_CREATE event for something that a member does.
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
 */
export function interactionPayload(state: State, options: PayloadOptions): InteractionPayload {
  const { user, channel, message } = options;
  const id = snowflake();
  return {
    version: 1,
    id,
    application_id: state.applicationId,
    type: options.type,
    token: interactionToken(id),
    data: options.data,
    channel_id: channel.id,
    channel: { ...partialChannel(channel), permissions: String(state.world.permissions(user, channel)) },
    locale: options.locale ?? 'en-US',
    entitlements: [],
    app_permissions: String(state.world.permissions(state.bot, channel)),
    attachment_size_limit: options.attachmentSizeLimit,
    ...(message ? { message: messageOnWire(state, message) } : {}),
    ...originFields(state, user, channel),
  };
}

function originFields(state: State, user: User, channel: Channel): Record<string, unknown> {
  const guild = state.world.guildOf(channel);
  if (!guild) {
    return {
      user: userOnWire(user),
      context: CONTEXT.botDm,
      authorizing_integration_owners: { [GUILD_INSTALL]: '0' },
    };
  }
  const member = guild.members.get(user.id);
  if (!member) throw new Error(`${user.username} isn't a member of ${guild.name}`);
  return {
    guild_id: guild.id,
    guild: { id: guild.id, locale: 'en-US', features: [] },
    guild_locale: 'en-US',
    member: { ...memberOnWire(member), permissions: String(guild.permissions(user, channel)) },
    context: CONTEXT.guild,
    authorizing_integration_owners: { [GUILD_INSTALL]: guild.id },
  };
}

/** An interaction has a partial channel, without overwrites. */
function partialChannel(channel: Channel): Record<string, unknown> {
  const { permission_overwrites: _, ...partial } = channelOnWire(channel);
  return partial;
}
