import type { APIInteraction, APIInteractionDataResolved } from 'discord.js';

/** Where something was done. */
export interface PressedChannel {
  readonly id: string;
  /** Discord's number: 0 text, 1 direct message, 11 public thread, ... */
  readonly type: number;
  /** The category, or of a thread the channel that it hangs in; null for none, absent when the payload doesn't say. */
  readonly parentId?: string | null;
  /** Absent for threads: they are as their channel. */
  readonly isAgeRestricted?: boolean;
}

/** A channel that an option names. */
export interface NamedChannel {
  /** Discord's number. */
  readonly type: number;
  /** What who pressed may do there. */
  readonly permissions: bigint;
}

/** Who did something, and where. The permissions are those in the channel. */
export interface Press {
  readonly id: string;
  readonly roleIds: readonly string[];
  readonly permissions: bigint;
  /** Absent in direct messages. */
  readonly guildId?: string;
  readonly channel: PressedChannel;
  /** The bot's own in the channel. */
  readonly botPermissions: bigint;
  /** The channels of this server that options name, by id. */
  readonly namedChannels: ReadonlyMap<string, NamedChannel>;
}

/**
 * Reads these facts from the payload of an interaction. discord.js would take some from its cache: roles and channels that it
 * doesn't know it drops silently, and without a cache that is all of them.
 */
export function readPress(payload: APIInteraction): Press | undefined {
  const { member, channel } = payload;
  const user = member?.user ?? payload.user;
  if (!user || !channel) return undefined;
  // Each kind of channel has some of these fields.
  const { parent_id, nsfw } = channel as { parent_id?: string | null; nsfw?: boolean };
  return {
    id: user.id,
    roleIds: member?.roles ?? [],
    permissions: BigInt(member?.permissions ?? 0),
    ...(payload.guild_id === undefined ? {} : { guildId: payload.guild_id }),
    channel: {
      id: channel.id,
      type: channel.type,
      ...(parent_id === undefined ? {} : { parentId: parent_id }),
      ...(nsfw === undefined ? {} : { isAgeRestricted: nsfw }),
    },
    botPermissions: BigInt(payload.app_permissions ?? 0),
    namedChannels: readNamedChannels(payload),
  };
}

function readNamedChannels({ data }: APIInteraction): Press['namedChannels'] {
  // Commands and selects have these fields, other interactions none of them.
  const { resolved } = (data ?? {}) as { resolved?: Pick<APIInteractionDataResolved, 'channels'> };
  const channels = Object.entries(resolved?.channels ?? {});
  return new Map(channels.map(([id, { type, permissions = '0' }]) => [id, { type, permissions: BigInt(permissions) }]));
}
