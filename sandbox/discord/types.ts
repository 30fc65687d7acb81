import type { APIApplicationCommand, APIEmbed, APIMessageTopLevelComponent } from 'discord.js';

/** A rule of Discord's that the bot broke, and could have followed by the documentation. */
export interface Violation {
  atMs: number;
  rule: string;
  detail: string;
  /** `METHOD path` of the request, if there is one. */
  request?: string;
}

/** One REST request as it arrived; `status` is 0 until it is answered, and stays 0 when the socket was destroyed. */
export interface RequestRecord {
  readonly method: string;
  /** Decoded, without `/api/v10`: `/webhooks/1/token/messages/@original`. */
  readonly path: string;
  readonly query: Record<string, string>;
  readonly body: unknown;
  readonly files: readonly { field: string; filename: string; size: number; contentType: string }[];
  readonly authorization: boolean;
  readonly atMs: number;
  status: number;
}

export interface UploadedFile {
  field: string;
  filename: string;
  contentType: string;
  size: number;
  bytes: Buffer;
}

export type ApplicationCommand = APIApplicationCommand;

export interface User {
  readonly id: string;
  readonly username: string;
  readonly globalName: string;
  readonly bot: boolean;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  permissions: bigint;
}

export interface Overwrite {
  /** The id of a role or member; the id of the guild means `@everyone`. */
  id: string;
  type: 'role' | 'member';
  allow: bigint;
  deny: bigint;
}

export interface Member {
  readonly user: User;
  readonly roles: Role[];
  readonly joinedAt: string;
}

/** `type` is 0 for text, 1 direct message, 4 category, 5 announcement, 11 public thread. */
export interface Channel {
  readonly id: string;
  readonly type: number;
  readonly name: string;
  readonly guildId?: string;
  /** The category of a channel, or the channel of a thread. */
  parentId?: string | undefined;
  /** The user in a direct message. */
  readonly recipient?: User;
  nsfw: boolean;
  readonly overwrites: Overwrite[];
  deleted: boolean;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly description?: string;
  /** Bytes. */
  readonly size: number;
  readonly bytes: Buffer;
  readonly spoiler: boolean;
  readonly contentType: string;
  readonly url: string;
}

/** The text parts of a message at one time. */
export interface Appearance {
  content: string;
  embeds: APIEmbed[];
  components: APIMessageTopLevelComponent[];
}

/** A message. Edits change the same object. */
export interface Message extends Appearance {
  readonly id: string;
  readonly channelId: string;
  readonly guildId?: string;
  readonly author: User;
  readonly createdAtMs: number;
  /** Files that members see as attachments, without those that an embed or component shows. */
  attachments: Attachment[];
  /** Files that an embed or component shows. */
  embedded: Attachment[];
  /** Bits: 64 ephemeral, 128 loading, 4 embeds suppressed, 32768 Components V2. */
  flags: number;
  /** The id of the only user who sees an ephemeral message. */
  readonly ephemeralFor?: string;
  /** True between a defer and its first edit. */
  thinking: boolean;
  deleted: boolean;
  /** How many edits were applied, including the first one of a deferred reply. */
  edits: number;
  /** Every appearance in order, the current one last, without the loading state. */
  readonly history: Appearance[];
  /** Everyone that any version of it pinged: ids of users and roles, `everyone`, `here`. */
  readonly mentions: string[];
  readonly nonce?: string | number;
  /** The id of the message that it replies to. */
  readonly replyTo?: string;
  readonly referencedInteraction?: { id: string; userId: string; name?: string };
}

/** The interaction that a message answers. */
export interface MessageOrigin {
  readonly id: string;
  readonly type: number;
  readonly user: User;
  readonly channel: Channel;
  /** With group and subcommand: `config filter add`. */
  readonly commandName: string | undefined;
  readonly sourceMessage: Message | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A message with the fields that members don't see. */
export interface StoredMessage extends Message {
  readonly channel: Channel;
  readonly type: number;
  readonly interaction?: MessageOrigin;
  editedAtMs?: number;
}

export interface Fault {
  method?: string;
  /** Matched against the decoded path, with and without `/api/v10`. */
  path: RegExp;
  /** How many requests are affected; default 1, `Infinity` allowed. */
  times?: number;
  respond?: {
    status: number;
    body?: unknown;
    /** An HTML page instead of JSON, as from the proxy in front of Discord. */
    html?: string;
    headers?: Record<string, string>;
  };
  /** Destroys the socket instead of answering. */
  reset?: boolean;
  /** Waits before the answer. */
  delayMs?: number;
  /** Handles the request first, then fails its answer. */
  after?: boolean;
}

export interface DiscordSandboxOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default: a generated token. */
  token?: string;
  /** How long an interaction token is valid; default 900_000. */
  tokenLifetimeMs?: number;
  /** Default 3_000. */
  acknowledgeWithinMs?: number;
  /** The rate limit for edits of one interaction's messages; default 5 per 2_000 ms. */
  editLimit?: { limit: number; windowMs: number };
  /** The number of shards that `GET /gateway/bot` recommends; default 1. */
  shards?: number;
  /** How many IDENTIFYs are allowed in 5 s; default 1. */
  maxConcurrency?: number;
  /** How many servers one shard may have; default 2_500. */
  maxGuildsPerShard?: number;
  /** Maximum bytes of one file; default 10 MiB. An interaction can override it. */
  attachmentSizeLimit?: number;
  /** Default 41_250. */
  heartbeatIntervalMs?: number;
  /** How far the `Date` headers are ahead of this machine's clock; default 0. */
  clockAheadMs?: number;
  /** The Interactions Endpoint URL from the Developer Portal; default none. */
  interactionsEndpointUrl?: string | null;
  /** Whether anyone can invite the bot (`bot_public`); default true, as for a new application. */
  isPublic?: boolean;
  /** How many responses of 401, 403 and 429 are allowed in 10 minutes; default 1_000, a tenth of Discord's limit. */
  invalidRequestLimit?: number;
  /** How many IDENTIFYs are allowed a day; default 1_000. */
  identifiesPerDay?: number;
  /** The length of that day, from its first IDENTIFY; default 86_400_000. */
  identifyResetMs?: number;
}

export type Settings = Required<Omit<DiscordSandboxOptions, 'port'>>;
