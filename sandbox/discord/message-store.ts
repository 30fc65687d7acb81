import type { APIMessageTopLevelComponent } from 'discord.js';
import { embedAttachments, mergeAttachments, signAddresses } from './attachments.ts';
import { ApiError } from './errors.ts';
import { FLAGS } from './flags.ts';
import { findPings } from './mentions.ts';
import type { MessageBody } from './message-body.ts';
import type { RefusedContent } from './refused-content.ts';
import { snowflake } from './snowflakes.ts';
import type { Channel, MessageOrigin, StoredMessage, UploadedFile, User } from './types.ts';
import { componentsIn } from './walk.ts';

/** Flags that an edit can set and unset; Components V2 can be set but not unset. */
const EDITABLE = FLAGS.suppressEmbeds;
const KEPT_ON_CREATE = FLAGS.suppressEmbeds | FLAGS.suppressNotifications | FLAGS.componentsV2;

export interface NewMessage {
  channel: Channel;
  author: User;
  body: MessageBody;
  files: readonly UploadedFile[];
  sizeLimit: number;
  /** Discord's message type: 0 default, 19 reply, 20 answer to a command. */
  type?: number;
  ephemeralFor?: string;
  interaction?: MessageOrigin;
  replyTo?: StoredMessage;
}

/** Every message of the sandbox, oldest first. */
export class MessageStore {
  readonly #byId = new Map<string, StoredMessage>();
  readonly #byNonce = new Map<string, StoredMessage>();
  readonly #origin: string;
  readonly #refused: RefusedContent;

  constructor(origin: string, refused: RefusedContent) {
    this.#origin = origin;
    this.#refused = refused;
  }

  /** Creates the message that says that the bot is thinking. */
  createLoading(interaction: MessageOrigin, author: User, ephemeral: boolean): StoredMessage {
    return this.#add(
      {
        channel: interaction.channel,
        author,
        body: {},
        files: [],
        sizeLimit: 0,
        type: 20,
        interaction,
        ...(ephemeral ? { ephemeralFor: interaction.user.id } : {}),
      },
      true,
    );
  }

  create(options: NewMessage): StoredMessage {
    const message = this.#add(options, false);
    try {
      this.#apply(message, options.body, options.files, options.sizeLimit);
    } catch (error) {
      this.#byId.delete(message.id);
      throw error;
    }
    const { allowed_mentions: allowed, nonce } = options.body;
    if (options.replyTo && (allowed ? allowed.replied_user === true : true)) {
      message.mentions.push(options.replyTo.author.id);
    }
    if (nonce !== undefined) this.#byNonce.set(nonceKey(options.channel, options.author, nonce), message);
    return message;
  }

  /** Applies an edit: missing keys change nothing. @throws ApiError 50006 when nothing would remain */
  edit(message: StoredMessage, body: MessageBody, files: readonly UploadedFile[], sizeLimit: number): void {
    this.#apply(message, body, files, sizeLimit);
    message.edits += 1;
    message.editedAtMs = Date.now();
  }

  find(id: string): StoredMessage | undefined {
    const message = this.#byId.get(id);
    return message?.deleted || message?.channel.deleted ? undefined : message;
  }

  /** Finds the message that `enforce_nonce` returns instead of creating a second one. */
  findByNonce(channel: Channel, author: User, nonce: string | number, withinMs: number): StoredMessage | undefined {
    const message = this.#byNonce.get(nonceKey(channel, author, nonce));
    return message && !message.deleted && Date.now() - message.createdAtMs <= withinMs ? message : undefined;
  }

  /** Lists the messages of a channel, oldest first, ephemeral ones included. */
  in(channel: Channel): StoredMessage[] {
    return [...this.#byId.values()].filter((message) => message.channel === channel && !message.deleted);
  }

  findAttachment(id: string) {
    for (const { attachments, embedded, deleted } of this.#byId.values()) {
      const found = deleted ? undefined : [...attachments, ...embedded].find((attachment) => attachment.id === id);
      if (found) return found;
    }
    return undefined;
  }

  #add(options: NewMessage, thinking: boolean): StoredMessage {
    const { channel, interaction, body, ephemeralFor } = options;
    const flags =
      (thinking ? FLAGS.loading : 0) |
      (ephemeralFor === undefined ? 0 : FLAGS.ephemeral) |
      ((body.flags ?? 0) & KEPT_ON_CREATE);
    const message: StoredMessage = {
      id: snowflake(),
      channelId: channel.id,
      ...(channel.guildId ? { guildId: channel.guildId } : {}),
      channel,
      type: options.type ?? 0,
      author: options.author,
      createdAtMs: Date.now(),
      content: '',
      embeds: [],
      components: [],
      attachments: [],
      embedded: [],
      flags,
      ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
      thinking,
      deleted: false,
      edits: 0,
      history: [],
      mentions: [],
      ...(body.nonce === undefined ? {} : { nonce: body.nonce }),
      ...(options.replyTo ? { replyTo: options.replyTo.id } : {}),
      ...(interaction ? { interaction, referencedInteraction: reference(interaction) } : {}),
    };
    this.#byId.set(message.id, message);
    return message;
  }

  #apply(message: StoredMessage, body: MessageBody, files: readonly UploadedFile[], sizeLimit: number): void {
    this.#refused.check(message.channel, [body.content, body.embeds, body.components], files);
    const before = [...message.attachments, ...message.embedded];
    const target = { origin: this.#origin, channelId: message.channelId, sizeLimit };
    const all = mergeAttachments(before, body.attachments, files, target);
    const content = body.content === undefined ? message.content : (body.content ?? '').trim();
    const embeds = embedAttachments(body.embeds === undefined ? message.embeds : (body.embeds ?? []), all);
    const components = embedAttachments(
      body.components === undefined ? message.components : (body.components ?? []),
      all,
    );
    if (content === '' && [embeds.value, components.value, all].every((list) => list.length === 0)) {
      throw new ApiError('emptyMessage', { rule: 'empty message', detail: 'nothing would remain of the message' });
    }
    const urls = new Set(urlsIn(embeds.value, components.value));
    message.content = content;
    const signed = signAddresses(embeds.value, this.#origin, (id) => this.findAttachment(id));
    message.embeds = signed.map((embed) => Object.assign(embed, { type: 'rich' }));
    message.components = numbered(components.value);
    message.embedded = all.filter(({ url }) => urls.has(url));
    message.attachments = all.filter(({ url }) => !urls.has(url));
    message.flags = nextFlags(message.flags, body.flags);
    message.thinking = false;
    message.history.push({ content, embeds: message.embeds, components: message.components });
    const texts = [content, ...[...componentsIn(message.components)].map(textOf)];
    const source = message.interaction ? 'interaction' : 'channel';
    for (const id of texts.flatMap((text) => findPings(text, body.allowed_mentions, source))) {
      if (!message.mentions.includes(id)) message.mentions.push(id);
    }
  }
}

function reference({ id, user, commandName }: MessageOrigin): { id: string; userId: string; name?: string } {
  return { id, userId: user.id, ...(commandName === undefined ? {} : { name: commandName }) };
}

function nonceKey(channel: Channel, author: User, nonce: string | number): string {
  return `${channel.id}/${author.id}/${nonce}`;
}

function nextFlags(current: number, asked: number | null | undefined): number {
  const settled = current & ~FLAGS.loading;
  if (asked === undefined || asked === null) return settled;
  return (settled & ~EDITABLE) | (asked & (EDITABLE | FLAGS.componentsV2));
}

function urlsIn(...values: unknown[]): string[] {
  return [...JSON.stringify(values).matchAll(/"url":"([^"]+)"/g)].map(([, url = '']) => url);
}

/** Numbers the components without an id, as Discord does. */
function numbered(components: APIMessageTopLevelComponent[]): APIMessageTopLevelComponent[] {
  const all = [...componentsIn(components)];
  const taken = new Set(all.map(({ id }) => id));
  let next = 1;
  for (const component of all) {
    if (component.id !== undefined) continue;
    while (taken.has(next)) next += 1;
    component.id = next;
    taken.add(next);
  }
  return components;
}

function textOf(component: object): string {
  return 'type' in component && component.type === 10 && 'content' in component ? String(component.content) : '';
}
