import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import type { Acknowledgement, Interaction } from './interactions.ts';
import type { Message } from './types.ts';
import { waitFor } from './wait-for.ts';

/** One use of the bot by a member, with the bot's answers. */
export class Invocation {
  readonly interaction: Interaction;

  constructor(interaction: Interaction) {
    this.interaction = interaction;
  }

  get id(): string {
    return this.interaction.id;
  }

  get token(): string {
    return this.interaction.token;
  }

  get sentAtMs(): number {
    return this.interaction.createdAtMs;
  }

  get acknowledgedAtMs(): number | undefined {
    return this.interaction.acknowledgedAtMs;
  }

  /** The modal that the bot answered with. */
  get modal(): APIModalInteractionResponseCallbackData | undefined {
    return this.interaction.modal;
  }

  /** Waits for the acknowledgement. @throws Error "the application did not respond" after 3 s */
  acknowledged(): Promise<Acknowledgement> {
    return this.interaction.acknowledged;
  }

  /** The current original response, even if it was deleted. When a component updated its message, that message. */
  reply(): Message | undefined {
    return this.interaction.original;
  }

  /**
   * Waits until the original response matches.
   * @param predicate default: it no longer says that the bot is thinking
   * @param timeoutMs default 30_000
   * @throws Error on timeout, with the last response
   */
  waitForReply(
    predicate: (message: Message) => boolean = (message) => !message.thinking,
    timeoutMs?: number,
  ): Promise<Message> {
    return waitFor(
      () => {
        const message = this.reply();
        return message && predicate(message) ? message : undefined;
      },
      timeoutMs,
      () => `the expected reply (it is ${describe(this.reply())})`,
    );
  }

  followUps(): readonly Message[] {
    return this.interaction.followUps;
  }

  /** Makes the token expire now. */
  expireToken(): void {
    this.interaction.expire();
  }
}

function describe(message: Message | undefined): string {
  if (!message) return 'not there';
  const { content, embeds, thinking, deleted, attachments } = message;
  return JSON.stringify({
    content,
    embeds,
    thinking,
    deleted,
    attachments: attachments.map(({ filename }) => filename),
  });
}
