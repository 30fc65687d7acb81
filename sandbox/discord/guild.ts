import { BOT_PERMISSIONS, EVERYONE_PERMISSIONS, PERMISSIONS, permissionsIn } from './permissions.ts';
import { snowflake } from './snowflakes.ts';
import type { Channel, Member, Overwrite, Role, User } from './types.ts';

const TEXT_CHANNEL = 0;
const CATEGORY = 4;
const THREADS: ReadonlySet<number> = new Set([10, 11, 12]);

/** Changes in a guild that are sent to gateway sessions with the Guilds intent. */
export type GuildEvent =
  | { kind: 'channelCreated'; channel: Channel }
  | { kind: 'channelUpdated'; channel: Channel }
  | { kind: 'channelDeleted'; channel: Channel }
  | { kind: 'roleCreated'; role: Role }
  | { kind: 'roleDeleted'; role: Role }
  /** The bot's own membership changed; other members' changes need a privileged intent. */
  | { kind: 'botUpdated' }
  | { kind: 'botAdded' }
  | { kind: 'botRemoved' };

export interface ChannelOptions {
  name: string;
  /** Discord's number; default 0, text. */
  type?: number;
  nsfw?: boolean;
  /** The category of a channel, or the channel of a thread. */
  parent?: Channel;
  /** Denies the bot View Channel and Send Messages. */
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
  readonly #ownRoles = new Map<string, Role>();
  readonly #emit: (guild: Guild, event: GuildEvent) => void;
  #hasCommands = true;

  /** @param commandsOnly authorises `applications.commands` without `bot`: the bot answers there without being a member */
  constructor(
    name: string,
    { owner, bot, commandsOnly }: { owner: User; bot: User; commandsOnly: boolean },
    emit: (guild: Guild, event: GuildEvent) => void,
  ) {
    this.name = name;
    this.owner = owner;
    this.#bot = bot;
    this.#emit = emit;
    this.join(owner);
    if (!commandsOnly) this.join(bot, { permissions: BOT_PERMISSIONS });
  }

  /** Whether the bot is a member. */
  get hasBot(): boolean {
    return this.members.has(this.#bot.id);
  }

  /** Whether the bot's commands can be used, whether or not the bot is a member. */
  get hasCommands(): boolean {
    return this.#hasCommands;
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
    this.#emit(this, { kind: 'channelCreated', channel });
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
    this.#emit(this, { kind: 'roleCreated', role });
    return role;
  }

  /** Finds a role by its name, including `@everyone`. @throws Error when there is none */
  role(name: string): Role {
    const role = this.roles.find((candidate) => candidate.name === name);
    if (!role) throw new Error(`no role ${name} in ${this.name}`);
    return role;
  }

  /** Finds the role with the permissions that `join` gave a member. @throws Error when it gave none */
  ownRole(user: User): Role {
    const role = this.#ownRoles.get(user.id);
    if (!role) throw new Error(`${user.username} was given no permissions when joining ${this.name}`);
    return role;
  }

  /** Gives a member a role, as an administrator. @throws Error for a non-member or an unknown role */
  grant(user: User, role: Role): void {
    const member = this.#member(user);
    if (role === this.everyone || !this.roles.includes(role)) throw new Error(`${role.name} can't be given`);
    if (!member.roles.includes(role)) member.roles.push(role);
    this.#emitBotUpdate(user);
  }

  /** Takes a role from a member, as an administrator. @throws Error when the member doesn't have it */
  revoke(user: User, role: Role): void {
    const { roles } = this.#member(user);
    const index = roles.indexOf(role);
    if (index === -1) throw new Error(`${user.username} doesn't have the role ${role.name}`);
    roles.splice(index, 1);
    this.#emitBotUpdate(user);
  }

  /** Deletes a role with its overwrites, as an administrator. @throws Error for `@everyone` */
  deleteRole(role: Role): void {
    const index = this.roles.indexOf(role);
    if (role === this.everyone || index === -1) throw new Error(`${role.name} can't be deleted`);
    this.roles.splice(index, 1);
    for (const { roles } of this.members.values()) remove(roles, (held) => held === role);
    for (const { overwrites } of this.channels) remove(overwrites, ({ id }) => id === role.id);
    this.#emit(this, { kind: 'roleDeleted', role });
  }

  /** Adds a member, or replaces the roles of one. Permissions become a role that only this member has. */
  join(user: User, options: { permissions?: bigint; roles?: Role[]; administrator?: boolean } = {}): void {
    const roles = [...(options.roles ?? [])];
    const own = (options.permissions ?? 0n) | (options.administrator ? PERMISSIONS.administrator : 0n);
    if (own !== 0n) {
      const role = this.createRole({ name: user.username, permissions: own });
      this.#ownRoles.set(user.id, role);
      roles.push(role);
    }
    this.members.set(user.id, { user, roles, joinedAt: new Date().toISOString() });
  }

  /** Moves a channel into a category, or out of it, as an administrator. @throws Error for a category or thread */
  moveChannel(channel: Channel, category: Channel | undefined): void {
    const canMove = channel.type !== CATEGORY && !isThread(channel);
    if (!canMove) throw new Error(`#${channel.name} is a category or a thread, which can't be moved`);
    if (category && category.type !== CATEGORY) throw new Error(`#${category.name} isn't a category`);
    channel.parentId = category?.id;
    this.#emit(this, { kind: 'channelUpdated', channel });
  }

  /** Sets the age restriction of a channel and its threads, as an administrator. @throws Error for a thread or category */
  setAgeRestricted(channel: Channel, nsfw: boolean): void {
    const hasSetting = channel.type !== CATEGORY && !isThread(channel);
    if (!hasSetting) throw new Error(`#${channel.name} is a category or a thread, which has no such setting`);
    channel.nsfw = nsfw;
    this.#emit(this, { kind: 'channelUpdated', channel });
  }

  /** Deletes a channel with its threads, as an administrator. The channels of a deleted category stay. */
  deleteChannel(channel: Channel): void {
    channel.deleted = true;
    this.#emit(this, { kind: 'channelDeleted', channel });
    for (const child of this.channels.filter(({ parentId }) => parentId === channel.id)) {
      if (isThread(child)) child.deleted = true;
      else if (!child.deleted) this.moveChannel(child, undefined);
    }
  }

  removeBot(): void {
    this.#hasCommands = false;
    if (this.members.delete(this.#bot.id)) this.#emit(this, { kind: 'botRemoved' });
  }

  /** The permissions of a user in a channel; 0 for a non-member. */
  permissions(user: User, channel: Channel): bigint {
    const member = this.members.get(user.id);
    if (!member) return 0n;
    return permissionsIn(this.everyone, member, this.#overwriteSource(channel), user.id === this.owner.id);
  }

  /** Whether a channel is age-restricted; a thread follows its parent. */
  isAgeRestricted(channel: Channel): boolean {
    return this.#overwriteSource(channel).nsfw;
  }

  #member(user: User): Member {
    const member = this.members.get(user.id);
    if (!member) throw new Error(`${user.username} isn't a member of ${this.name}`);
    return member;
  }

  #emitBotUpdate(user: User): void {
    if (user === this.#bot) this.#emit(this, { kind: 'botUpdated' });
  }

  #overwriteSource(channel: Channel): Channel {
    if (!THREADS.has(channel.type)) return channel;
    return this.channels.find(({ id }) => id === channel.parentId) ?? channel;
  }
}

export function isThread(channel: Channel): boolean {
  return THREADS.has(channel.type);
}

function remove<T>(list: T[], unwanted: (item: T) => boolean): void {
  list.splice(0, list.length, ...list.filter((item) => !unwanted(item)));
}
