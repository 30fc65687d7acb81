import type { Server } from 'node:http';
import { Actor } from './actor.ts';
import { CommandStore } from './command-store.ts';
import { Faults } from './faults.ts';
import { Gateway } from './gateway.ts';
import { INTENTS } from './gateway-rules.ts';
import type { Guild, GuildEvent } from './guild.ts';
import { IdentifyBudget } from './identify-budget.ts';
import { type Interaction, InteractionStore } from './interactions.ts';
import { MessageStore } from './message-store.ts';
import type { Names } from './names.ts';
import { RefusedContent } from './refused-content.ts';
import { listen, RestServer } from './rest-server.ts';
import { shardOf, snowflake } from './snowflakes.ts';
import type { State } from './state.ts';
import type {
  ApplicationCommand,
  Attachment,
  Channel,
  DiscordSandboxOptions,
  Message,
  RequestRecord,
  Settings,
  User,
  Violation,
} from './types.ts';
import { Uploads } from './uploads.ts';
import { waitFor } from './wait-for.ts';
import { channelOnWire, guildOnWire, memberOnWire, roleOnWire } from './wire.ts';
import { World } from './world.ts';

export type { Actor, CommandExtra } from './actor.ts';
export type { Guild } from './guild.ts';
export type { Interaction } from './interactions.ts';
export type { Invocation } from './invocation.ts';
export { buttonsOf, type Select, selectsOf } from './message-components.ts';
export { type FieldValues, fieldsOf, type ModalField } from './modal-fields.ts';
export { type Names, withNames } from './names.ts';
export { PERMISSIONS } from './permissions.ts';
export type {
  ApplicationCommand,
  Channel,
  DiscordSandboxOptions,
  Message,
  RequestRecord,
  User,
  Violation,
} from './types.ts';

/**
 * A stand-in for Discord on one loopback port: the REST API, the gateway, and members who use the bot.
 * It follows the documentation and, where that is unclear, the stricter reading. It answers mistakes as Discord does, and
 * records in `violations` those that the bot could have avoided.
 */
export class DiscordSandbox {
  readonly apiUrl: string;
  readonly token: string;
  readonly applicationId: string;
  readonly botUserId: string;
  readonly violations: readonly Violation[];
  readonly requests: readonly RequestRecord[];
  readonly faults = new Faults();
  /** Limits of uploads that are stricter than the ones Discord announces. */
  readonly uploads: Uploads;
  /** Content that Discord rejects in some channels or servers. */
  readonly refused = new RefusedContent();
  readonly gateway: Gateway;
  /** The initial server: #general, #art in the category studio with the thread sketches, and #nsfw. bob has the role artists. */
  readonly guild: Guild;
  readonly #state: State;
  readonly #server: Server;
  readonly #rest: RestServer;

  /** Opens the port. @throws Error when it is in use */
  static async start(options: DiscordSandboxOptions = {}): Promise<DiscordSandbox> {
    const { server, origin } = await listen(options.port ?? 0);
    return new DiscordSandbox(server, origin, options);
  }

  private constructor(server: Server, origin: string, options: DiscordSandboxOptions) {
    const violations: Violation[] = [];
    const requests: RequestRecord[] = [];
    const world = new World((guild, event) => this.#dispatchGuildEvent(guild, event));
    const applicationId = world.bot.id;
    const settings: Settings = {
      token: options.token ?? botToken(applicationId),
      tokenLifetimeMs: options.tokenLifetimeMs ?? 900_000,
      acknowledgeWithinMs: options.acknowledgeWithinMs ?? 3_000,
      editLimit: options.editLimit ?? { limit: 5, windowMs: 2_000 },
      shards: options.shards ?? 1,
      maxConcurrency: options.maxConcurrency ?? 1,
      maxGuildsPerShard: options.maxGuildsPerShard ?? 2_500,
      attachmentSizeLimit: options.attachmentSizeLimit ?? 10 * 1024 * 1024,
      heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
      clockAheadMs: options.clockAheadMs ?? 0,
      interactionsEndpointUrl: options.interactionsEndpointUrl ?? null,
      isPublic: options.isPublic ?? true,
      invalidRequestLimit: options.invalidRequestLimit ?? 1_000,
      identifiesPerDay: options.identifiesPerDay ?? 1_000,
      identifyResetMs: options.identifyResetMs ?? 86_400_000,
    };
    this.#state = {
      settings,
      origin,
      applicationId,
      bot: world.bot,
      world,
      messages: new MessageStore(origin, this.refused),
      interactions: new InteractionStore(settings, (interaction) => this.#reportUnacknowledged(interaction)),
      commands: new CommandStore(applicationId),
      recordViolation: (rule, detail, request) => {
        violations.push({ atMs: Date.now(), rule, detail, ...(request === undefined ? {} : { request }) });
      },
      identifyBudget: new IdentifyBudget(settings.identifiesPerDay, settings.identifyResetMs),
    };
    // No API reports a channel's own limit; the limit in an interaction can be the member's.
    this.uploads = new Uploads({ path: /^\/channels\//, fileBytes: settings.attachmentSizeLimit });
    this.apiUrl = `${origin}/api`;
    this.token = settings.token;
    this.applicationId = applicationId;
    this.botUserId = world.bot.id;
    this.violations = violations;
    this.requests = requests;
    this.guild = world.guild;
    this.#server = server;
    this.gateway = new Gateway(server, this.#state);
    this.#rest = new RestServer(server, this.#state, { faults: this.faults, uploads: this.uploads, requests });
  }

  /** The registered commands, global ones and those of guilds. */
  get commands(): readonly ApplicationCommand[] {
    return this.#state.commands.all;
  }

  /**
   * @param options `commandsOnly`: only `applications.commands` was authorised, so members can use the bot although it isn't a
   * member, gets no events of the server, and doesn't find it among its servers
   */
  createGuild(options: { name?: string; commandsOnly?: boolean } = {}): Guild {
    const guild = this.#state.world.createGuild(options.name ?? 'Another gallery', options);
    guild.createChannel({ name: 'general' });
    return guild;
  }

  /** Makes servers until one belongs to this shard, which depends on the time in its id. */
  createGuildOn(shard: number, shardCount: number): Promise<Guild> {
    return this.waitFor(() => {
      const guild = this.createGuild();
      return shardOf(guild.id, shardCount) === shard && guild;
    });
  }

  /** Every server, the initial one first. */
  get guilds(): readonly Guild[] {
    return this.#state.world.guilds;
  }

  /** The server of a channel; undefined for direct messages. */
  guildOf(channel: Channel): Guild | undefined {
    return this.#state.world.guildOf(channel);
  }

  /** Whether a user sees a channel at all. */
  canView(user: User, channel: Channel): boolean {
    return this.#state.world.canView(user, channel);
  }

  createUser(name: string): User {
    return this.#state.world.createUser(name);
  }

  /** Finds a user by name or id: alice, bob, mallory, moderator, admin, owner, or one created later. @throws Error */
  user(nameOrId: string): User {
    return this.#state.world.user(nameOrId);
  }

  /** The channel for direct messages between a user and the bot. */
  directMessages(user: User | string): Channel {
    return this.#state.world.directMessage(typeof user === 'string' ? this.user(user) : user);
  }

  /** A user in a channel. @throws Error for an unknown name */
  actor(user: User | string, where: Channel | 'dm'): Actor {
    const who = typeof user === 'string' ? this.user(user) : user;
    return new Actor(this.#state, this.gateway, who, where === 'dm' ? this.directMessages(who) : where);
  }

  /** Polls until `probe` returns something. @param timeoutMs default 30_000 @throws Error on timeout */
  waitFor<T>(probe: () => T | undefined | false, timeoutMs?: number): Promise<T> {
    return waitFor(probe, timeoutMs);
  }

  /** The messages of a channel, oldest first, ephemeral ones included. */
  messages(channel: Channel): Message[] {
    return this.#state.messages.in(channel);
  }

  /** What members have done with the bot, oldest first. */
  get interactions(): readonly Interaction[] {
    return this.#state.interactions.all;
  }

  /** Finds a file by its id, unless its message was deleted. */
  findAttachment(id: string): Attachment | undefined {
    return this.#state.messages.findAttachment(id);
  }

  /** Posts a message as a user. @throws Error for an unknown name */
  say(user: User | string, channel: Channel, content: string): Message {
    const author = typeof user === 'string' ? this.user(user) : user;
    return this.#state.messages.create({ channel, author, body: { content }, files: [], sizeLimit: 0 });
  }

  /** Deletes a message, as a moderator. */
  deleteMessage(message: Message): void {
    message.deleted = true;
  }

  /** Deletes a channel, as an administrator. */
  deleteChannel(channel: Channel): void {
    this.#state.world.guildOf(channel)?.deleteChannel(channel);
  }

  /** Removes the bot from a server, as an administrator. */
  kickBot(guild: Guild): void {
    guild.removeBot();
  }

  /** Resets the bot's token, as the operator does in the Developer Portal; gateway connections stay open. @returns the new token */
  resetToken(): string {
    const { settings } = this.#state;
    this.#state.formerAuthorization = `Bot ${settings.token}`;
    this.#state.botKnowsOfReset = false;
    settings.token = botToken(this.applicationId);
    return settings.token;
  }

  /** Makes a user refuse direct messages from the bot. */
  closeDms(user: User): void {
    this.#state.world.closeDms(user);
  }

  /** Makes a user accept direct messages from the bot again. */
  openDms(user: User): void {
    this.#state.world.openDms(user);
  }

  /** The names that a client shows for ids, with its placeholders for unknown ones. */
  names(): Names {
    const { world } = this.#state;
    const roles = world.guilds.flatMap((guild) => guild.roles);
    return {
      user: (id) => world.findUserById(id)?.username ?? 'unknown-user',
      role: (id) => roles.find((role) => role.id === id)?.name ?? 'deleted-role',
      channel: (id) => world.findChannel(id)?.name ?? 'unknown',
      nowMs: Date.now(),
    };
  }

  async close(): Promise<void> {
    this.#rest.close();
    this.#state.interactions.close();
    await this.gateway.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #reportUnacknowledged(interaction: Interaction): void {
    if (!this.#state.interactions.wasDeliveredInTime(interaction) || !interaction.reachedTheBot) return;
    const detail = `interaction ${interaction.id} of type ${interaction.type}`;
    this.#state.recordViolation('not acknowledged in time', detail);
  }

  #dispatchGuildEvent(guild: Guild, event: GuildEvent): void {
    // The first server is created before the gateway exists.
    const gateway: Gateway | undefined = this.gateway;
    if (!gateway) return;
    // A bot that isn't a member only gets the event of its removal.
    if (!guild.hasBot && event.kind !== 'botRemoved') return;
    const dispatch = (name: string, data: unknown) =>
      gateway.dispatch(name, data, { guildId: guild.id, intent: INTENTS.guilds });
    switch (event.kind) {
      case 'channelCreated':
        dispatch(event.channel.type === 11 ? 'THREAD_CREATE' : 'CHANNEL_CREATE', channelOnWire(event.channel));
        break;
      case 'channelUpdated':
        dispatch('CHANNEL_UPDATE', channelOnWire(event.channel));
        break;
      case 'channelDeleted':
        dispatch(event.channel.type === 11 ? 'THREAD_DELETE' : 'CHANNEL_DELETE', channelOnWire(event.channel));
        break;
      case 'roleCreated':
        dispatch('GUILD_ROLE_CREATE', { guild_id: guild.id, role: roleOnWire(event.role, guild.roles.length - 1) });
        break;
      case 'roleDeleted':
        dispatch('GUILD_ROLE_DELETE', { guild_id: guild.id, role_id: event.role.id });
        break;
      case 'botUpdated': {
        const member = guild.members.get(this.#state.bot.id);
        // Sent regardless of intents. @see https://discord.com/developers/docs/events/gateway#gateway-intents
        if (member)
          gateway.dispatch(
            'GUILD_MEMBER_UPDATE',
            { guild_id: guild.id, ...memberOnWire(member) },
            { guildId: guild.id },
          );
        break;
      }
      case 'botAdded':
        dispatch('GUILD_CREATE', guildOnWire(guild, this.#state.bot));
        break;
      case 'botRemoved':
        dispatch('GUILD_DELETE', { id: guild.id });
        break;
      default:
        event satisfies never;
    }
  }
}

/** Creates a token in Discord's format: the application's id, a time, a signature. */
function botToken(applicationId: string): string {
  return [Buffer.from(applicationId).toString('base64url'), 'sandbo', snowflake().repeat(2)].join('.');
}
