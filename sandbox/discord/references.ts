import { isThread } from './guild.ts';
import { OPTION } from './option-types.ts';
import type { State } from './state.ts';
import type { Channel, Role, User } from './types.ts';
import { channelOnWire, memberOnWire, roleOnWire, userOnWire } from './wire.ts';

/** The user who refers to something, and the channel: roles exist only in their server, and permissions depend on the user. */
export interface ReferenceContext {
  state: State;
  user: User;
  channel: Channel;
}

/** An id in an option or a select. */
export interface Reference {
  /** The type of the option; select menus have the same four kinds. */
  type: number;
  id: string;
}

type Found = { kind: 'user'; user: User } | { kind: 'role'; role: Role } | { kind: 'channel'; channel: Channel };

/**
 * Checks that Discord's client offers this in an option or select: it has to exist, and the member has to see the channel.
 * @param channelTypes the types that are offered, default all
 * @throws Error with the reason
 */
export function checkReference(
  where: ReferenceContext,
  reference: Reference,
  name: string,
  channelTypes?: readonly number[],
): void {
  const found = find(where, reference);
  if (!found) throw new Error(`${name}: there is no such ${KINDS.get(reference.type) ?? 'thing'} here`);
  if (found.kind !== 'channel') return;
  const { channel } = found;
  if (!where.state.world.canView(where.user, channel)) {
    throw new Error(`${name}: ${where.user.username} can't see #${channel.name}`);
  }
  if (channelTypes && !channelTypes.includes(channel.type)) {
    throw new Error(
      `${name}: #${channel.name} has type ${channel.type}, but only ${channelTypes.join(', ')} are offered`,
    );
  }
}

/**
 * Collects the referenced objects in the form in which an interaction carries them.
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-resolved-data-structure
 */
export function resolvedOf(where: ReferenceContext, references: readonly Reference[]): Record<string, unknown> {
  const resolved: Record<string, Record<string, unknown>> = {};
  const add = (kind: string, id: string, value: unknown) => {
    resolved[kind] = { ...resolved[kind], [id]: value };
  };
  const guild = where.state.world.guildOf(where.channel);
  for (const reference of references) {
    const found = find(where, reference);
    if (found?.kind === 'user') {
      const { user } = found;
      add('users', user.id, userOnWire(user));
      const member = guild?.members.get(user.id);
      if (guild && member) {
        const { user: _, deaf: __, mute: ___, ...partial } = memberOnWire(member);
        add('members', user.id, { ...partial, permissions: String(guild.permissions(user, where.channel)) });
      }
    }
    if (found?.kind === 'role')
      add('roles', found.role.id, roleOnWire(found.role, guild?.roles.indexOf(found.role) ?? 0));
    if (found?.kind === 'channel') add('channels', found.channel.id, partialChannel(where, found.channel));
  }
  return resolved;
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [OPTION.user, 'user'],
  [OPTION.role, 'role'],
  [OPTION.channel, 'channel'],
  [OPTION.mentionable, 'user or role'],
]);

function find({ state, channel: place }: ReferenceContext, { type, id }: Reference): Found | undefined {
  const guild = state.world.guildOf(place);
  const user = state.world.findUserById(id);
  if (user) return type === OPTION.user || type === OPTION.mentionable ? { kind: 'user', user } : undefined;
  const role = guild?.roles.find((candidate) => candidate.id === id);
  if (role && (type === OPTION.role || type === OPTION.mentionable)) return { kind: 'role', role };
  const channel = guild?.channels.find((candidate) => candidate.id === id && !candidate.deleted);
  return channel && type === OPTION.channel ? { kind: 'channel', channel } : undefined;
}

const CHANNEL_KEYS = ['id', 'name', 'type', 'guild_id', 'parent_id', 'flags', 'last_message_id', 'rate_limit_per_user'];
const OWN_CHANNEL_KEYS = ['topic', 'nsfw', 'position'];

function partialChannel({ state, user }: ReferenceContext, channel: Channel): Record<string, unknown> {
  const keys = [...CHANNEL_KEYS, ...(isThread(channel) ? ['thread_metadata'] : OWN_CHANNEL_KEYS)];
  const entries = Object.entries(channelOnWire(channel)).filter(([key]) => keys.includes(key));
  return { ...Object.fromEntries(entries), permissions: String(state.world.permissions(user, channel)) };
}
