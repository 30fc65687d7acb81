import { BOT_PERMISSIONS, EVERYONE_PERMISSIONS, PERMISSIONS, permissionsIn } from './permissions.ts';
import { snowflake } from './snowflakes.ts';
import type { Channel, Member, Overwrite, Role, User } from './types.ts';

const TEXT_CHANNEL = 0;
const CATEGORY = 4;
const THREADS: ReadonlySet<number> = new Set([10, 11, 12]);

/** What happens in a guild that a gateway session with the Guilds intent is told. */
export type GuildEvent =
  | { kind: 'channelCreated'; channel: Channel }
  | { kind: 'channelDeleted'; channel: Channel }
  | { kind: 'roleCreated'; role: Role }
  | { kind: 'botAdded' }
  | { kind: 'botRemoved' };

export interface ChannelOptions {
  name: string;
  /** Discord's number; default 0, text. */
  type?: number;
  nsfw?: boolean;
  /** The category, or the channel that a thread hangs in. */
  parent?: Channel;
  /** Takes View Channel and Send Messages away from the bot. */
  denyBot?: boolean;
}

/** A server with its channels, roles and members. */
export class Guild {
  readonly id = snowflake();
  readonly name: string;
  readonly owner: User;
  readonly everyone: Role = { id: this.id, name: '@everyone', permissions: EVERYONE_PERMISSIONS };
  readonly roles: Role[] = [this.everyone];
  readonly channels: Channel[] = [];
  readonly members = new Map<string, Member>();
  readonly #bot: User;
  readonly #tell: (guild: Guild, event: GuildEvent) => void;

  constructor(name: string, owner: User, bot: User, tell: (guild: Guild, event: GuildEvent) => void) {
    this.name = name;
    this.owner = owner;
    this.#bot = bot;
    this.#tell = tell;
    this.join(owner);
    this.join(bot, { permissions: BOT_PERMISSIONS });
  }

  get hasBot(): boolean {
    return this.members.has(this.#bot.id);
  }

  createChannel(options: ChannelOptions): Channel {
    const type = options.type ?? TEXT_CHANNEL;
    const isThread = THREADS.has(type);
    if (isThread && !options.parent) throw new Error('a thread needs a parent channel');
    if (isThread && options.denyBot) throw new Error('a thread has no overwrites: deny the bot its parent channel');
    const overwrites: Overwrite[] = options.denyBot
      ? [{ id: this.#bot.id, type: 'member', allow: 0n, deny: PERMISSIONS.viewChannel | PERMISSIONS.sendMessages }]
      : [];
    const channel: Channel = {
      id: snowflake(),
      type,
      name: options.name,
      guildId: this.id,
      ...(options.parent ? { parentId: options.parent.id } : {}),
      nsfw: options.nsfw ?? false,
      overwrites,
      deleted: false,
    };
    this.channels.push(channel);
    this.#tell(this, { kind: 'channelCreated', channel });
    return channel;
  }

  /** Finds a channel by its name. @throws Error when there is none */
  channel(name: string): Channel {
    const channel = this.channels.find((candidate) => candidate.name === name && !candidate.deleted);
    if (!channel) throw new Error(`no channel #${name} in ${this.name}`);
    return channel;
  }

  createRole(options: { name: string; permissions?: bigint }): Role {
    const role: Role = { id: snowflake(), name: options.name, permissions: options.permissions ?? 0n };
    this.roles.push(role);
    this.#tell(this, { kind: 'roleCreated', role });
    return role;
  }

  /** Adds a member, or changes the roles of one. Permissions given here come as a role of the member's own. */
  join(user: User, options: { permissions?: bigint; roles?: Role[]; administrator?: boolean } = {}): void {
    const roles = [...(options.roles ?? [])];
    const own = (options.permissions ?? 0n) | (options.administrator ? PERMISSIONS.administrator : 0n);
    if (own !== 0n) roles.push(this.createRole({ name: user.username, permissions: own }));
    this.members.set(user.id, { user, roles, joinedAt: new Date().toISOString() });
  }

  deleteChannel(channel: Channel): void {
    channel.deleted = true;
    this.#tell(this, { kind: 'channelDeleted', channel });
    if (channel.type === CATEGORY) return;
    for (const thread of this.channels) {
      if (THREADS.has(thread.type) && thread.parentId === channel.id) thread.deleted = true;
    }
  }

  removeBot(): void {
    this.members.delete(this.#bot.id);
    this.#tell(this, { kind: 'botRemoved' });
  }

  /** Says what a user may do in a channel, 0 for who is no member. */
  permissions(user: User, channel: Channel): bigint {
    const member = this.members.get(user.id);
    if (!member) return 0n;
    return permissionsIn(this.everyone, member, this.#overwritten(channel), user.id === this.owner.id);
  }

  /** Says whether Discord takes a channel for age-restricted: of a thread, its parent. */
  isAgeRestricted(channel: Channel): boolean {
    return this.#overwritten(channel).nsfw;
  }

  #overwritten(channel: Channel): Channel {
    if (!THREADS.has(channel.type)) return channel;
    return this.channels.find(({ id }) => id === channel.parentId) ?? channel;
  }
}

export function isThread(channel: Channel): boolean {
  return THREADS.has(channel.type);
}
