import type { APIApplicationCommand, APIEmbed, APIMessageTopLevelComponent } from 'discord.js';

/** A rule of Discord's that the bot broke and, had it kept to the documentation, would not have broken. */
export interface Violation {
  atMs: number;
  rule: string;
  detail: string;
  /** `METHOD path` of the request, when there is one. */
  request?: string;
}

/** One REST request as it arrived; `status` is 0 until it is answered and stays 0 when the socket was destroyed. */
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
  /** Of a role or a member; the id of the guild is `@everyone`. */
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

/** `type` is Discord's number: 0 text, 1 direct message, 4 category, 5 announcement, 11 public thread. */
export interface Channel {
  readonly id: string;
  readonly type: number;
  readonly name: string;
  readonly guildId?: string;
  /** The category, or the channel that a thread hangs in. */
  parentId?: string | undefined;
  /** Of a direct message: who talks with the bot. */
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

/** What a member sees of a message at one time. */
export interface Appearance {
  content: string;
  embeds: APIEmbed[];
  components: APIMessageTopLevelComponent[];
}

/** A message as it is now: the same object changes with every edit. */
export interface Message extends Appearance {
  readonly id: string;
  readonly channelId: string;
  readonly guildId?: string;
  readonly author: User;
  readonly createdAtMs: number;
  /** Files that members see as attachments: those that an embed or component shows are not among them. */
  attachments: Attachment[];
  /** Files that an embed or component shows. */
  embedded: Attachment[];
  /** Bits: 64 ephemeral, 128 loading, 4 embeds suppressed, 32768 Components V2. */
  flags: number;
  /** Id of the only user who sees it. */
  readonly ephemeralFor?: string;
  /** True between a defer and its first edit. */
  thinking: boolean;
  deleted: boolean;
  /** How many edits were applied, the first one of a deferred reply included. */
  edits: number;
  /** Every appearance in order, the present one last; the loading state is not among them. */
  readonly history: Appearance[];
  /** Whom any version of it pinged: ids of users and roles, `everyone`, `here`. */
  readonly mentions: string[];
  readonly nonce?: string | number;
  /** Id of the message that it replies to. */
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

/** What the sandbox keeps of a message besides what members see. */
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
  /** How many requests it meets; default 1, `Infinity` allowed. */
  times?: number;
  respond?: {
    status: number;
    body?: unknown;
    /** A page instead of JSON, as what stands in front of Discord answers. */
    html?: string;
    headers?: Record<string, string>;
  };
  /** Destroys the socket instead of answering. */
  reset?: boolean;
  /** Waits before the answer; alone it only slows the request down. */
  delayMs?: number;
  /** Applies the request first, then fails the answer. */
  after?: boolean;
}

export interface DiscordSandboxOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Default: a made-up token of the right form. */
  token?: string;
  /** Life of an interaction token; default 900_000. */
  tokenLifetimeMs?: number;
  /** Default 3_000. */
  acknowledgeWithinMs?: number;
  /** Edits of one interaction's messages; default 5 per 2_000 ms. */
  editLimit?: { limit: number; windowMs: number };
  /** Recommended by `GET /gateway/bot`; default 1. */
  shards?: number;
  /** IDENTIFYs allowed at once in 5 s; default 1. */
  maxConcurrency?: number;
  /** Servers that one shard may have; default 2_500. */
  maxGuildsPerShard?: number;
  /** Bytes of one file; default 10 MiB, and an interaction may name another. */
  attachmentSizeLimit?: number;
  /** Default 41_250. */
  heartbeatIntervalMs?: number;
  /** How far the clock that `Date` headers tell of is ahead of this machine's; default 0. */
  clockAheadMs?: number;
  /** What the operator has entered in the Developer Portal as Interactions Endpoint URL; default none. */
  interactionsEndpointUrl?: string | null;
  /** Whether anyone may invite the bot, `bot_public`; default true, as of a new application. */
  isPublic?: boolean;
  /** Answers of 401, 403 and 429 in 10 minutes; default 1_000, a tenth of what gets an address banned. */
  invalidRequestLimit?: number;
  /** IDENTIFYs a day; default 1_000. */
  identifiesPerDay?: number;
  /** How long that day is, from its first IDENTIFY on; default 86_400_000. */
  identifyResetMs?: number;
}

export type Settings = Required<Omit<DiscordSandboxOptions, 'port'>>;
