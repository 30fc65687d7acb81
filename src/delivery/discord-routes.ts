import {
  type APIMessage,
  ComponentType,
  MessageFlags,
  type RawFile,
  type REST,
  Routes,
  SnowflakeUtil,
} from 'discord.js';
import type { Job } from '../jobs/job.ts';
import { customId } from '../replies/custom-id.ts';
import type { MessageBody } from '../replies/message.ts';
import { TokenLifetimes } from './token-lifetimes.ts';

/** How far back a channel is searched for a message that may have been posted before a restart. */
const SEARCHED_MESSAGES = '50';
/** Messages of a page, and how many pages are searched from a moment on. */
const PAGE_MESSAGES = 100;
const SEARCHED_PAGES = 10;
/** How far Discord's clock may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

export interface Outgoing {
  /** In an edit, what is absent stays as it is. */
  readonly body: Partial<MessageBody> & { readonly attachments?: readonly object[] };
  readonly files: RawFile[];
}

/** A message as Discord took it. */
export interface PostedMessage {
  readonly id: string;
  /** The first file's, without the signature, which ends after a day. */
  readonly imageUrl?: string;
}

/** The methods of `DiscordRoutes`. */
export type MemberRoutes = Pick<DiscordRoutes, keyof DiscordRoutes>;

/** Every call that shows a message to a member. Each tries once and throws what Discord answered. */
export class DiscordRoutes {
  readonly #bot: REST;
  readonly #interactions: REST;
  readonly #tokens = new TokenLifetimes();

  /**
   * @param bot carries the bot's token and its request budget
   * @param interactions needs no token: Discord counts these routes per interaction and not in the bot's budget
   */
  constructor(bot: REST, interactions: REST) {
    this.#bot = bot;
    this.#interactions = interactions;
  }

  isTokenAlive(job: Job): boolean {
    return this.#tokens.isAlive(job);
  }

  async findReply(job: Job): Promise<string> {
    return idOf(await this.#interactions.get(originalOf(job), { auth: false }));
  }

  /** Whether the message of a job has files; false when it can't be fetched. */
  async hasFiles(job: Job): Promise<boolean> {
    const [messageId] = job.messageIds;
    if (!this.isTokenAlive(job) && (job.isPrivate || messageId === undefined)) return false;
    const message = this.isTokenAlive(job)
      ? await this.#interactions.get(originalOf(job), { auth: false })
      : await this.#bot.get(Routes.channelMessage(job.channelId, String(messageId)));
    // Safe cast: both routes answer with a message.
    return (message as APIMessage).attachments.length > 0;
  }

  async editReply(job: Job, { body, files }: Outgoing, signal?: AbortSignal): Promise<PostedMessage> {
    return postedOf(
      await this.#interactions.patch(originalOf(job), { auth: false, body, files, ...(signal ? { signal } : {}) }),
    );
  }

  async followUp(job: Job, { body, files }: Outgoing): Promise<PostedMessage> {
    const flags = job.isPrivate ? { flags: MessageFlags.Ephemeral } : {};
    const route = Routes.webhook(job.applicationId, job.interactionToken);
    const query = new URLSearchParams({ wait: 'true' });
    return postedOf(await this.#interactions.post(route, { auth: false, body: { ...body, ...flags }, files, query }));
  }

  async editMessage(
    channelId: string,
    messageId: string,
    { body, files }: Outgoing,
    signal?: AbortSignal,
  ): Promise<PostedMessage> {
    const route = Routes.channelMessage(channelId, messageId);
    return postedOf(await this.#bot.patch(route, { body, files, ...(signal ? { signal } : {}) }));
  }

  /** @param nonce for some minutes, a second post with it returns the first message */
  async post(channelId: string, nonce: string, { body, files }: Outgoing): Promise<PostedMessage> {
    const route = Routes.channelMessages(channelId);
    return postedOf(await this.#bot.post(route, { body: { ...body, nonce, enforce_nonce: true }, files }));
  }

  /** Finds, among the channel's last messages, a final message of this job with the same first file. */
  async findPosted(channelId: string, job: Job, { files }: Outgoing): Promise<PostedMessage | undefined> {
    const messages = await this.#findOf(channelId, job);
    const found = messages.find(({ attachments }) => attachments[0]?.filename === files[0]?.name);
    return found && postedOf(found);
  }

  /** Finds, among the channel's first 1000 messages since a moment, all of this job with files, the earliest first. */
  async findAllPosted(channelId: string, job: Job, sinceMs: number): Promise<PostedMessage[]> {
    const found: APIMessage[] = [];
    let after = String(SnowflakeUtil.generate({ timestamp: sinceMs - CLOCK_SKEW_MS, increment: 0n }));
    for (let page = 0; page < SEARCHED_PAGES; page += 1) {
      const messages = await this.#list(channelId, { after, limit: String(PAGE_MESSAGES) });
      found.push(...messages.filter((message) => isFinal(message, job) && message.attachments.length > 0).toReversed());
      // Discord lists the latest first.
      const [latest] = messages;
      if (!latest || messages.length < PAGE_MESSAGES) break;
      after = latest.id;
    }
    return found.map(postedOf);
  }

  /** Where Discord has the files of a message, in their order; these addresses end after a day. */
  async findFileUrls(channelId: string, messageId: string, signal: AbortSignal): Promise<string[]> {
    // Safe cast: this route answers with a message.
    const message = (await this.#bot.get(Routes.channelMessage(channelId, messageId), { signal })) as APIMessage;
    return message.attachments.map(({ url }) => url);
  }

  async deleteMessage(channelId: string, messageId: string): Promise<void> {
    await this.#bot.delete(Routes.channelMessage(channelId, messageId));
  }

  async openDirectMessages(userId: string): Promise<string> {
    return idOf(await this.#bot.post(Routes.userChannels(), { body: { recipient_id: userId } }));
  }

  /** The final messages of a job among the channel's last ones, the latest first. */
  async #findOf(channelId: string, job: Job): Promise<APIMessage[]> {
    const messages = await this.#list(channelId, { limit: SEARCHED_MESSAGES });
    return messages.filter((message) => isFinal(message, job));
  }

  async #list(channelId: string, query: Record<string, string>): Promise<APIMessage[]> {
    // Safe cast: this route answers with a list of messages.
    return (await this.#bot.get(Routes.channelMessages(channelId), {
      query: new URLSearchParams(query),
    })) as APIMessage[];
  }
}

function isFinal(message: APIMessage, job: Job): boolean {
  return hasButton(message, customId('delete', job.id));
}

function originalOf(job: Job) {
  return Routes.webhookMessage(job.applicationId, job.interactionToken, '@original');
}

function hasButton({ components = [] }: APIMessage, id: string): boolean {
  return components.some(
    (row) =>
      row.type === ComponentType.ActionRow &&
      row.components.some((button) => 'custom_id' in button && button.custom_id === id),
  );
}

function postedOf(answer: unknown): PostedMessage {
  // Safe cast: each of these routes answers with a message.
  const { id, attachments = [] } = answer as Pick<APIMessage, 'id'> & Partial<Pick<APIMessage, 'attachments'>>;
  const [first] = attachments;
  return { id, ...(first && URL.canParse(first.url) ? { imageUrl: withoutQuery(first.url) } : {}) };
}

function withoutQuery(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

function idOf(answer: unknown): string {
  // Safe cast: each of these routes answers with a message or a channel, and both have an id.
  return (answer as Pick<APIMessage, 'id'>).id;
}
