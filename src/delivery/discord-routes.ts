import { type APIMessage, ComponentType, MessageFlags, type RawFile, type REST, Routes } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import { customId } from '../replies/custom-id.ts';
import type { MessageBody } from '../replies/message.ts';
import { TokenLifetimes } from './token-lifetimes.ts';

/** How far back a channel is searched for a message that may have been posted before a restart. */
const SEARCHED_MESSAGES = '50';

export interface Outgoing {
  /** In an edit, what is absent stays as it is. */
  readonly body: Partial<MessageBody> & { readonly attachments?: readonly object[] };
  readonly files: RawFile[];
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

  async editReply(job: Job, { body, files }: Outgoing, signal?: AbortSignal): Promise<string> {
    return idOf(
      await this.#interactions.patch(originalOf(job), { auth: false, body, files, ...(signal ? { signal } : {}) }),
    );
  }

  async followUp(job: Job, { body, files }: Outgoing): Promise<string> {
    const flags = job.isPrivate ? { flags: MessageFlags.Ephemeral } : {};
    const route = Routes.webhook(job.applicationId, job.interactionToken);
    const query = new URLSearchParams({ wait: 'true' });
    return idOf(await this.#interactions.post(route, { auth: false, body: { ...body, ...flags }, files, query }));
  }

  async editMessage(
    channelId: string,
    messageId: string,
    { body, files }: Outgoing,
    signal?: AbortSignal,
  ): Promise<string> {
    const route = Routes.channelMessage(channelId, messageId);
    return idOf(await this.#bot.patch(route, { body, files, ...(signal ? { signal } : {}) }));
  }

  /** @param nonce for some minutes, a second post with it returns the first message */
  async post(channelId: string, nonce: string, { body, files }: Outgoing): Promise<string> {
    const route = Routes.channelMessages(channelId);
    return idOf(await this.#bot.post(route, { body: { ...body, nonce, enforce_nonce: true }, files }));
  }

  /** Finds, among the channel's last messages, a final message of this job with the same first file. */
  async findPosted(channelId: string, job: Job, { files }: Outgoing): Promise<string | undefined> {
    const query = new URLSearchParams({ limit: SEARCHED_MESSAGES });
    // Safe cast: this route answers with a list of messages.
    const messages = (await this.#bot.get(Routes.channelMessages(channelId), { query })) as APIMessage[];
    return messages.find(
      (message) =>
        hasButton(message, customId('delete', job.id)) && message.attachments[0]?.filename === files[0]?.name,
    )?.id;
  }

  async openDirectMessages(userId: string): Promise<string> {
    return idOf(await this.#bot.post(Routes.userChannels(), { body: { recipient_id: userId } }));
  }
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

function idOf(answer: unknown): string {
  // Safe cast: each of these routes answers with a message or a channel, and both have an id.
  return (answer as Pick<APIMessage, 'id'>).id;
}
