import { type Guild, isThread } from './guild.ts';
import type { State } from './state.ts';
import type { Attachment, Channel, Member, MessageOrigin, Role, StoredMessage, User } from './types.ts';

const BOT_COLOUR = 0x5865f2;

/** A user as Discord sends it. */
export function userOnWire(user: User): Record<string, unknown> {
  return {
    id: user.id,
    username: user.username,
    global_name: user.bot ? null : user.globalName,
    discriminator: user.bot ? '0042' : '0',
    avatar: null,
    avatar_decoration_data: null,
    collectibles: null,
    banner: null,
    accent_color: user.bot ? BOT_COLOUR : null,
    clan: null,
    primary_guild: null,
    public_flags: 0,
    ...(user.bot ? { bot: true } : {}),
  };
}

export function memberOnWire(member: Member): Record<string, unknown> {
  return {
    user: userOnWire(member.user),
    roles: member.roles.map(({ id }) => id),
    nick: null,
    avatar: null,
    banner: null,
    joined_at: member.joinedAt,
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  };
}

export function roleOnWire(role: Role, position: number): Record<string, unknown> {
  return {
    id: role.id,
    name: role.name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: String(role.permissions),
    managed: false,
    mentionable: false,
    flags: 0,
  };
}

/** A channel as Discord sends it. A thread inherits the age restriction of its parent. */
export function channelOnWire(channel: Channel): Record<string, unknown> {
  if (channel.recipient) {
    return {
      id: channel.id,
      type: channel.type,
      flags: 0,
      last_message_id: null,
      recipients: [userOnWire(channel.recipient)],
    };
  }
  const common = {
    id: channel.id,
    type: channel.type,
    name: channel.name,
    guild_id: channel.guildId,
    parent_id: channel.parentId ?? null,
    flags: 0,
    last_message_id: null,
    rate_limit_per_user: 0,
  };
  if (isThread(channel)) {
    return {
      ...common,
      owner_id: channel.guildId,
      message_count: 0,
      member_count: 1,
      total_message_sent: 0,
      thread_metadata: {
        archived: false,
        archive_timestamp: new Date().toISOString(),
        auto_archive_duration: 1440,
        locked: false,
      },
    };
  }
  return {
    ...common,
    topic: null,
    nsfw: channel.nsfw,
    position: 0,
    permission_overwrites: channel.overwrites.map(({ id, type, allow, deny }) => ({
      id,
      type: type === 'role' ? 0 : 1,
      allow: String(allow),
      deny: String(deny),
    })),
  };
}

/** A guild as GUILD_CREATE carries it; without `unavailable: false`, discord.js considers it unavailable. */
export function guildOnWire(guild: Guild, bot: User): Record<string, unknown> {
  const me = guild.members.get(bot.id);
  const present = guild.channels.filter(({ deleted }) => !deleted);
  return {
    id: guild.id,
    name: guild.name,
    unavailable: false,
    owner_id: guild.owner.id,
    joined_at: me?.joinedAt,
    large: false,
    member_count: guild.members.size,
    members: me ? [memberOnWire(me)] : [],
    roles: guild.roles.map(roleOnWire),
    channels: present.filter((channel) => !isThread(channel)).map(channelOnWire),
    threads: present.filter(isThread).map(channelOnWire),
    emojis: [],
    stickers: [],
    features: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    icon: null,
    splash: null,
    banner: null,
    description: null,
    preferred_locale: 'en-US',
    afk_channel_id: null,
    afk_timeout: 300,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    nsfw: false,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    max_members: 500_000,
    max_video_channel_users: 25,
  };
}

/** A message as Discord sends it, over REST and in the interactions of its components. */
export function messageOnWire(state: State, message: StoredMessage): Record<string, unknown> {
  const { interaction } = message;
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    content: message.content,
    author: userOnWire(message.author),
    timestamp: new Date(message.createdAtMs).toISOString(),
    edited_timestamp: message.editedAtMs === undefined ? null : new Date(message.editedAtMs).toISOString(),
    tts: false,
    pinned: false,
    mention_everyone: message.mentions.some((id) => id === 'everyone' || id === 'here'),
    mentions: message.mentions.flatMap((id) => state.world.findUser(id) ?? []).map(userOnWire),
    mention_roles: message.mentions.filter((id) => /^\d+$/.test(id) && !state.world.findUser(id)),
    attachments: message.attachments.map(attachmentOnWire),
    embeds: message.embeds,
    components: message.components,
    flags: message.flags,
    ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    ...(message.replyTo === undefined
      ? {}
      : { message_reference: { type: 0, channel_id: message.channelId, message_id: message.replyTo } }),
    ...(interaction
      ? {
          application_id: state.applicationId,
          webhook_id: state.applicationId,
          interaction_metadata: interactionOnWire(interaction),
        }
      : {}),
  };
}

function interactionOnWire(interaction: MessageOrigin): Record<string, unknown> {
  return {
    id: interaction.id,
    type: interaction.type,
    user: userOnWire(interaction.user),
    authorizing_integration_owners: interaction.payload['authorizing_integration_owners'] ?? {},
    ...(interaction.commandName === undefined ? {} : { name: interaction.commandName, ...commandOnWire(interaction) }),
    ...(interaction.sourceMessage ? { interacted_message_id: interaction.sourceMessage.id } : {}),
  };
}

function commandOnWire({ payload }: MessageOrigin): Record<string, unknown> {
  // Safe cast: these are fields of every command's data.
  const { type, target_id } = payload['data'] as { type?: number; target_id?: string };
  return { command_type: type, ...(target_id === undefined ? {} : { target_message_id: target_id }) };
}

function attachmentOnWire(attachment: Attachment): Record<string, unknown> {
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.size,
    url: attachment.url,
    proxy_url: attachment.url,
    content_type: attachment.contentType,
    content_scan_version: 0,
    placeholder_version: 1,
    flags: attachment.spoiler ? 8 : 0,
    ...(attachment.description === undefined ? {} : { description: attachment.description }),
  };
}
