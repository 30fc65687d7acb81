import { Guild, type GuildEvent } from './guild.ts';
import { DIRECT_MESSAGE_PERMISSIONS, PERMISSIONS } from './permissions.ts';
import { snowflake } from './snowflakes.ts';
import type { Channel, User } from './types.ts';

const DIRECT_MESSAGE = 1;

/** All users, guilds and direct messages. */
export class World {
  readonly bot: User;
  readonly guilds: Guild[] = [];
  readonly guild: Guild;
  readonly #users = new Map<string, User>();
  readonly #directMessages = new Map<string, Channel>();
  readonly #closed = new Set<string>();
  readonly #emit: (guild: Guild, event: GuildEvent) => void;

  constructor(emit: (guild: Guild, event: GuildEvent) => void) {
    this.#emit = emit;
    this.bot = this.#addUser('timeless', true);
    this.createUser('owner');
    this.guild = this.createGuild('Gallery');
    this.#seed();
  }

  createUser(name: string): User {
    if (this.findUser(name)) throw new Error(`there already is a user ${name}`);
    return this.#addUser(name, false);
  }

  createGuild(name: string, { commandsOnly = false }: { commandsOnly?: boolean } = {}): Guild {
    const guild = new Guild(name, { owner: this.user('owner'), bot: this.bot, commandsOnly }, this.#emit);
    this.guilds.push(guild);
    this.#emit(guild, { kind: 'botAdded' });
    return guild;
  }

  findUserById(id: string): User | undefined {
    return this.#users.get(id);
  }

  findUser(nameOrId: string): User | undefined {
    return this.#users.get(nameOrId) ?? [...this.#users.values()].find(({ username }) => username === nameOrId);
  }

  /** Finds a user by name or id. @throws Error when there is none */
  user(nameOrId: string): User {
    const user = this.findUser(nameOrId);
    if (!user) throw new Error(`no user ${nameOrId}`);
    return user;
  }

  findGuild(id: string | undefined): Guild | undefined {
    return this.guilds.find((guild) => guild.id === id);
  }

  guildOf(channel: Channel): Guild | undefined {
    return this.findGuild(channel.guildId);
  }

  findChannel(id: string): Channel | undefined {
    for (const guild of this.guilds) {
      const channel = guild.channels.find((candidate) => candidate.id === id);
      if (channel) return channel.deleted ? undefined : channel;
    }
    return [...this.#directMessages.values()].find((channel) => channel.id === id);
  }

  directMessage(recipient: User): Channel {
    const existing = this.#directMessages.get(recipient.id);
    if (existing) return existing;
    const channel: Channel = {
      id: snowflake(),
      type: DIRECT_MESSAGE,
      name: recipient.username,
      recipient,
      nsfw: false,
      overwrites: [],
      deleted: false,
    };
    this.#directMessages.set(recipient.id, channel);
    return channel;
  }

  closeDms(user: User): void {
    this.#closed.add(user.id);
  }

  openDms(user: User): void {
    this.#closed.delete(user.id);
  }

  hasClosedDms(user: User): boolean {
    return this.#closed.has(user.id);
  }

  /** The permissions of a user in a channel, overwrites included; 0 for a non-member. */
  permissions(user: User, channel: Channel): bigint {
    const guild = this.guildOf(channel);
    if (guild) return guild.permissions(user, channel);
    if (user === this.bot) return DIRECT_MESSAGE_PERMISSIONS;
    return channel.recipient === user ? DIRECT_MESSAGE_PERMISSIONS : 0n;
  }

  /** Whether a user sees a channel at all. */
  canView(user: User, channel: Channel): boolean {
    if (channel.deleted) return false;
    if (!channel.guildId) return user === this.bot || channel.recipient === user;
    return (this.permissions(user, channel) & PERMISSIONS.viewChannel) !== 0n;
  }

  #addUser(username: string, bot: boolean): User {
    const user: User = { id: snowflake(), username, globalName: username[0]?.toUpperCase() + username.slice(1), bot };
    this.#users.set(user.id, user);
    return user;
  }

  #seed(): void {
    const { guild } = this;
    guild.createChannel({ name: 'general' });
    const category = guild.createChannel({ name: 'studio', type: 4 });
    const art = guild.createChannel({ name: 'art', parent: category });
    guild.createChannel({ name: 'nsfw', nsfw: true });
    guild.createChannel({ name: 'sketches', type: 11, parent: art });
    for (const name of ['alice', 'bob', 'mallory']) guild.join(this.createUser(name));
    guild.grant(this.user('bob'), guild.createRole({ name: 'artists' }));
    guild.join(this.createUser('moderator'), { permissions: PERMISSIONS.moderateMembers });
    guild.join(this.createUser('admin'), { administrator: true });
  }
}
