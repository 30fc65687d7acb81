import type { APIInteraction, APIInteractionDataResolved, APIMessage } from 'discord.js';
import { LOAD_TIMEOUT_MS } from '../settings/admission.ts';
import type { Rules } from '../settings/policy.ts';
import { within } from '../time.ts';

/** Where something was done. */
export interface InvokedChannel {
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
  /** What the invoker may do there. */
  readonly permissions: bigint;
}

/** Who did something, and where. The permissions are those in the channel. */
export interface InvokerFacts {
  readonly userId: string;
  readonly roleIds: readonly string[];
  readonly permissions: bigint;
  /** Absent in direct messages. */
  readonly guildId?: string;
  readonly channel: InvokedChannel;
  /** The bot's own in the channel. */
  readonly botPermissions: bigint;
  /** The channels of this server that options name, by id. */
  readonly namedChannels: ReadonlyMap<string, NamedChannel>;
  /** Where Discord has the files of the message whose button was pressed, in their order; these addresses end after a day. */
  readonly fileUrls?: readonly string[];
}

/** The same, with the rules of the server or of direct messages: they are loaded once for all that handles the interaction. */
export interface Invoker extends InvokerFacts {
  readonly rules: Promise<Rules>;
}

/** The rules; undefined when the database doesn't answer within a second. @throws what it throws */
export function rulesInTime({ rules }: Pick<Invoker, 'rules'>): Promise<Rules | undefined> {
  return within(LOAD_TIMEOUT_MS, rules);
}

/**
 * Reads these facts from the payload of an interaction. discord.js would take some from its cache: roles and channels that it
 * doesn't know it drops silently, and without a cache that is all of them.
 */
export function readInvoker(payload: APIInteraction): InvokerFacts | undefined {
  const { member, channel } = payload;
  const user = member?.user ?? payload.user;
  if (!user || !channel) return undefined;
  // Each kind of channel has some of these fields.
  const { parent_id, nsfw } = channel as { parent_id?: string | null; nsfw?: boolean };
  return {
    userId: user.id,
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
    ...(payload.message ? { fileUrls: readFileUrls(payload.message) } : {}),
  };
}

/** Where Discord left the list out, nothing may throw: the process would end. */
function readFileUrls({ attachments = [] }: Partial<Pick<APIMessage, 'attachments'>>): string[] {
  return attachments.map(({ url }) => url);
}

function readNamedChannels({ data }: APIInteraction): InvokerFacts['namedChannels'] {
  // Commands and selects have these fields, other interactions none of them.
  const { resolved } = (data ?? {}) as { resolved?: Pick<APIInteractionDataResolved, 'channels'> };
  const channels = Object.entries(resolved?.channels ?? {});
  return new Map(channels.map(([id, { type, permissions = '0' }]) => [id, { type, permissions: BigInt(permissions) }]));
}
