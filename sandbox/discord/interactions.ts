import { randomBytes } from 'node:crypto';
import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import { FLAGS } from './flags.ts';
import type { Channel, StoredMessage, User } from './types.ts';

export interface Acknowledgement {
  /** The type of the callback. */
  type: number;
  ephemeral: boolean;
}

/** A gateway connection over which an interaction was sent. */
export interface Recipient {
  readonly isOpen: boolean;
}

export interface Choice {
  name: string;
  value: string | number;
}

/** The event that the gateway sends; forged payloads have at least these fields. */
export interface InteractionPayload {
  id: string;
  token: string;
  type: number;
  data?: unknown;
  [key: string]: unknown;
}

interface InteractionOptions {
  payload: InteractionPayload;
  user: User;
  channel: Channel;
  attachmentSizeLimit: number;
  sourceMessage?: StoredMessage;
  commandName?: string;
}

/** The callback types after which `@original` exists: 8 (autocomplete) and 9 (modal) create no message. */
const WITH_MESSAGE: ReadonlySet<number> = new Set([4, 5, 6, 7]);

/** A delivery that uses up more than this share of the time to acknowledge isn't the bot's fault. */
const TIMELY_SHARE = 0.1;

/** One interaction, until its token expires. */
export class Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly payload: InteractionPayload;
  readonly user: User;
  readonly channel: Channel;
  readonly attachmentSizeLimit: number;
  readonly sourceMessage: StoredMessage | undefined;
  readonly commandName: string | undefined;
  readonly createdAtMs = Date.now();
  /** When it was first sent over a socket. */
  deliveredAtMs: number | undefined;
  readonly deliveredTo: Recipient[] = [];
  /** True once a fault affected its callback: later mistakes then aren't the bot's fault. */
  disturbed = false;
  acknowledgement: Acknowledgement | undefined;
  acknowledgedAtMs: number | undefined;
  original: StoredMessage | undefined;
  readonly followUps: StoredMessage[] = [];
  modal: APIModalInteractionResponseCallbackData | undefined;
  choices: Choice[] | undefined;
  /** True once a request with this token was rejected, so that the bot knows. */
  refused = false;
  #expiresAtMs: number;
  #expiredEarly = false;
  readonly acknowledged: Promise<Acknowledgement>;
  #settle: { resolve(acknowledgement: Acknowledgement): void; reject(error: Error): void };

  constructor(options: InteractionOptions, tokenLifetimeMs: number) {
    const { payload, user, channel, attachmentSizeLimit, sourceMessage, commandName } = options;
    this.id = payload.id;
    this.token = payload.token;
    this.type = payload.type;
    this.payload = payload;
    this.user = user;
    this.channel = channel;
    this.attachmentSizeLimit = attachmentSizeLimit;
    this.sourceMessage = sourceMessage;
    this.commandName = commandName;
    this.#expiresAtMs = this.createdAtMs + tokenLifetimeMs;
    const { promise, resolve, reject } = deferred<Acknowledgement>();
    this.acknowledged = promise;
    this.acknowledged.catch(() => undefined);
    this.#settle = { resolve, reject };
  }

  get isExpired(): boolean {
    return this.#expiredEarly || Date.now() >= this.#expiresAtMs;
  }

  get hasMessage(): boolean {
    return this.acknowledgement !== undefined && WITH_MESSAGE.has(this.acknowledgement.type);
  }

  /** True when the event was sent over a socket that is still open, so that the bot could have reacted. */
  get reachedTheBot(): boolean {
    return !this.disturbed && this.deliveredTo.some(({ isOpen }) => isOpen);
  }

  expire(): void {
    this.#expiredEarly = true;
  }

  delivered(recipient: Recipient): void {
    this.deliveredAtMs ??= Date.now();
    this.deliveredTo.push(recipient);
  }

  acknowledge(type: number, flags: number): void {
    const acknowledgement = { type, ephemeral: (flags & FLAGS.ephemeral) !== 0 };
    this.acknowledgement = acknowledgement;
    this.acknowledgedAtMs = Date.now();
    this.#settle.resolve(acknowledgement);
  }

  fail(): void {
    this.#settle.reject(new Error('the application did not respond'));
  }
}

/** All interactions, and the timers that fail those that the bot doesn't acknowledge in time. */
export class InteractionStore {
  readonly #byId = new Map<string, Interaction>();
  readonly #byToken = new Map<string, Interaction>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #settings: { tokenLifetimeMs: number; acknowledgeWithinMs: number };
  readonly #onUnacknowledged: (interaction: Interaction) => void;

  constructor(
    settings: { tokenLifetimeMs: number; acknowledgeWithinMs: number },
    onUnacknowledged: (interaction: Interaction) => void,
  ) {
    this.#settings = settings;
    this.#onUnacknowledged = onUnacknowledged;
  }

  /** Registers an interaction and starts its 3 s. The same id again returns the first interaction. */
  open(options: InteractionOptions): Interaction {
    const existing = this.#byId.get(options.payload.id);
    if (existing) return existing;
    const interaction = new Interaction(options, this.#settings.tokenLifetimeMs);
    this.#byId.set(interaction.id, interaction);
    this.#byToken.set(interaction.token, interaction);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (interaction.acknowledgement) return;
      interaction.fail();
      this.#onUnacknowledged(interaction);
    }, this.#settings.acknowledgeWithinMs);
    timer.unref();
    this.#timers.add(timer);
    return interaction;
  }

  /** Every interaction, oldest first. */
  get all(): Interaction[] {
    return [...this.#byId.values()];
  }

  find(id: string): Interaction | undefined {
    return this.#byId.get(id);
  }

  findByToken(token: string): Interaction | undefined {
    return this.#byToken.get(token);
  }

  isTooLate(interaction: Interaction): boolean {
    return Date.now() - interaction.createdAtMs > this.#settings.acknowledgeWithinMs;
  }

  /** Whether the event was sent early enough for the bot to acknowledge it. */
  wasDeliveredInTime({ deliveredAtMs, createdAtMs }: Interaction): boolean {
    const timelyMs = this.#settings.acknowledgeWithinMs * TIMELY_SHARE;
    return deliveredAtMs !== undefined && deliveredAtMs - createdAtMs <= timelyMs;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const interaction of this.#byId.values()) interaction.fail();
  }
}

/** Creates an interaction token that is as long as Discord's. */
export function interactionToken(id: string): string {
  return Buffer.from(`interaction:${id}:${randomBytes(60).toString('hex')}`).toString('base64url');
}

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  let settle: { resolve(value: T): void; reject(error: Error): void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (!settle) throw new Error('a promise runs its executor at once');
  return { promise, ...settle };
}
