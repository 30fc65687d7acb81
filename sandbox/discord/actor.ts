import {
  definitionsOf,
  fillOptions,
  fillOptionsSoFar,
  forceOptions,
  nest,
  type OptionValues,
  type Path,
  referencesIn,
  type SentOption,
} from './command-options.ts';
import { COMMAND } from './command-types.ts';
import type { Gateway } from './gateway.ts';
import { INTERACTION, interactionPayload } from './interaction-payload.ts';
import type { Choice, Interaction, InteractionPayload } from './interactions.ts';
import { Invocation } from './invocation.ts';
import { buttonsOf, findSelect } from './message-components.ts';
import { type FieldValues, fillModal } from './modal-fields.ts';
import { offeredCommand } from './offered-command.ts';
import { OPTION } from './option-types.ts';
import { checkReference, type ReferenceContext, resolvedOf } from './references.ts';
import { snowflake } from './snowflakes.ts';
import type { State } from './state.ts';
import type { ApplicationCommand, Channel, Message, StoredMessage, User } from './types.ts';
import { messageOnWire } from './wire.ts';

/** Facts about the member's client. */
export interface Extra {
  /** The language of the client; default `en-US`. */
  locale?: string;
  /** The size limit for files in bytes; default: the one that the sandbox was started with. */
  attachmentSizeLimit?: number;
}

export interface CommandExtra extends Extra, Path {
  /** Also sends what Discord's client would refuse: unknown options, values out of range, commands that aren't offered. */
  force?: boolean;
}

const BUTTON = 2;
/** The selects whose values are ids, and the option type that has the same values. */
const ID_SELECTS: ReadonlyMap<number, number> = new Map([
  [5, OPTION.user],
  [6, OPTION.role],
  [7, OPTION.mentionable],
  [8, OPTION.channel],
]);

/** A member in a channel, who can do what Discord's client allows and, on request, what it doesn't. */
export class Actor {
  readonly user: User;
  readonly channel: Channel;
  readonly #state: State;
  readonly #gateway: Gateway;

  constructor(state: State, gateway: Gateway, user: User, channel: Channel) {
    this.#state = state;
    this.#gateway = gateway;
    this.user = user;
    this.channel = channel;
  }

  /** The slash commands that this member's client offers here, or the commands in the menus of messages (type 3). */
  offeredCommands(type: 1 | 3 = COMMAND.chatInput): ApplicationCommand[] {
    const isOffered = ({ name }: ApplicationCommand) => {
      try {
        return offeredCommand(this.#state, this.user, this.channel, type, name) !== undefined;
      } catch {
        return false;
      }
    };
    return this.#state.commands.all.filter((command) => Number(command.type) === type && isOffered(command));
  }

  /** Uses a slash command. @throws Error when Discord's client would refuse */
  async command(name: string, options: OptionValues = {}, extra: CommandExtra = {}): Promise<Invocation> {
    const { command, filled } = this.#prepare(name, extra, (definitions) =>
      extra.force ? forceOptions(definitions, options) : fillOptions(definitions, options, this.#referenceContext),
    );
    const resolved = resolvedOf(this.#referenceContext, referencesIn(filled));
    const data = {
      ...this.#commandData(command, name, filled, extra),
      ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
    };
    const path = [name, extra.group, extra.subcommand].filter((word) => word !== undefined);
    return this.#act(INTERACTION.command, data, extra, { commandName: path.join(' ') });
  }

  /** Uses a command in the menu of a message. @throws Error when Discord's client would refuse */
  async menu(name: string, message: Message, extra: Extra = {}): Promise<Invocation> {
    const seen = this.#seen(message);
    // Not documented. Discord's server doesn't have such a message, and the client offers little more there than to dismiss it.
    if (seen.ephemeralFor !== undefined) throw new Error('a message that only one member sees has no menu of commands');
    const command = offeredCommand(this.#state, this.user, this.channel, COMMAND.message, name);
    const data = {
      ...commandFields(command, COMMAND.message, name),
      target_id: seen.id,
      resolved: { messages: { [seen.id]: messageOnWire(this.#state, seen) } },
    };
    return this.#act(INTERACTION.command, data, extra, { commandName: name });
  }

  /** Types into an option and returns the bot's suggestions. @param others the options filled in so far @throws Error after 3 s without an answer */
  async autocomplete(
    name: string,
    option: string,
    value: string,
    others: OptionValues = {},
    extra: CommandExtra = {},
  ): Promise<Choice[]> {
    const { command, filled } = this.#prepare(name, extra, (definitions) => {
      const definition = definitions.find((candidate) => candidate.name === option);
      if (!definition?.autocomplete && !extra.force) throw new Error(`option ${option} has no autocomplete`);
      const focused: SentOption = { name: option, type: definition?.type ?? 3, value, focused: true };
      const { [option]: _, ...rest } = others;
      const before = extra.force
        ? forceOptions(definitions, rest)
        : fillOptionsSoFar(definitions, rest, this.#referenceContext);
      return [...before, focused];
    });
    const data = this.#commandData(command, name, filled, extra);
    const invocation = this.#act(INTERACTION.autocomplete, data, extra, { commandName: name });
    await invocation.acknowledged();
    return invocation.interaction.choices ?? [];
  }

  /** Presses the button with this custom id, or the first whose label starts with this text. @throws Error when this member sees no such button */
  async press(message: Message, label: string, extra: Extra = {}): Promise<Invocation> {
    const seen = this.#seen(message);
    const buttons = buttonsOf(message);
    const button =
      buttons.find(({ customId }) => customId === label) ?? buttons.find((other) => other.label.startsWith(label));
    if (!button)
      throw new Error(
        `no button ${label}; there are ${buttonsOf(message)
          .map((other) => other.label)
          .join(', ')}`,
      );
    if (button.disabled) throw new Error(`the button ${button.label} is disabled`);
    if (button.customId === undefined) throw new Error(`the button ${button.label} is a link`);
    return this.#act(INTERACTION.component, { component_type: BUTTON, custom_id: button.customId }, extra, {
      message: seen,
    });
  }

  /** Forges a press on a button that need not exist. @param message default: a new message of the bot without components */
  async pressCustomId(customId: string, message?: Message, extra: Extra = {}): Promise<Invocation> {
    const carrier = message
      ? this.#stored(message)
      : this.#state.messages.create({
          channel: this.channel,
          author: this.#state.bot,
          body: { content: 'a message that carries a forged press' },
          files: [],
          sizeLimit: 0,
        });
    return this.#act(INTERACTION.component, { component_type: BUTTON, custom_id: customId }, extra, {
      message: carrier,
    });
  }

  /** Chooses values in a select menu. @throws Error when Discord's client would refuse */
  async select(
    message: Message,
    customIdOrPlaceholder: string,
    values: readonly string[],
    extra: Extra = {},
  ): Promise<Invocation> {
    const seen = this.#seen(message);
    const { type, custom_id, channel_types } = findSelect(message, customIdOrPlaceholder, values);
    const optionType = ID_SELECTS.get(type);
    const references = optionType === undefined ? [] : values.map((id) => ({ type: optionType, id }));
    for (const reference of references)
      checkReference(this.#referenceContext, reference, customIdOrPlaceholder, channel_types);
    const data = {
      component_type: type,
      custom_id,
      values,
      ...(optionType === undefined ? {} : { resolved: resolvedOf(this.#referenceContext, references) }),
    };
    return this.#act(INTERACTION.component, data, extra, { message: seen });
  }

  /** Submits the modal that the bot opened in answer to an invocation. @throws Error when Discord's client would refuse */
  async submitModal(invocation: Invocation, fields: FieldValues, extra: Extra = {}): Promise<Invocation> {
    await invocation.acknowledged();
    if (!invocation.modal) throw new Error('the bot opened no modal');
    if (invocation.interaction.user !== this.user) throw new Error('the modal is open for another member');
    const { sourceMessage } = invocation.interaction;
    const data = fillModal(invocation.modal, fields);
    return this.#act(INTERACTION.modalSubmit, data, extra, sourceMessage ? { message: sourceMessage } : {});
  }

  /** Sends an interaction with the given fields replaced, or removed where they are `undefined`. */
  async rawInteraction(payload: { type?: number; [field: string]: unknown }): Promise<Invocation> {
    const type = payload.type ?? INTERACTION.command;
    const base = this.#payload(type, {}, {}, undefined);
    const forged: InteractionPayload = { ...base, ...payload, type };
    return this.#send(forged, {});
  }

  /** Sends the same gateway event again. */
  deliverAgain(invocation: Invocation): void {
    this.#deliver(invocation.interaction);
  }

  get #referenceContext(): ReferenceContext {
    return { state: this.#state, user: this.user, channel: this.channel };
  }

  #prepare(
    name: string,
    extra: CommandExtra,
    fill: (definitions: ReturnType<typeof definitionsOf>) => SentOption[],
  ): { command: ApplicationCommand | undefined; filled: SentOption[] } {
    if (!extra.force) {
      const command = offeredCommand(this.#state, this.user, this.channel, COMMAND.chatInput, name);
      return { command, filled: fill(definitionsOf(command, extra)) };
    }
    const command = this.#state.commands.find(COMMAND.chatInput, name, this.channel.guildId);
    return { command, filled: fill(command ? tolerantDefinitions(command, extra) : []) };
  }

  #commandData(command: ApplicationCommand | undefined, name: string, filled: SentOption[], path: Path): object {
    const options = nest(filled, path);
    return {
      ...commandFields(command, COMMAND.chatInput, name),
      ...(options.length > 0 ? { options } : {}),
    };
  }

  #act(
    type: number,
    data: unknown,
    extra: Extra,
    origin: { message?: StoredMessage; commandName?: string },
  ): Invocation {
    return this.#send(this.#payload(type, data, extra, origin.message), origin);
  }

  #payload(type: number, data: unknown, extra: Extra, message: StoredMessage | undefined): InteractionPayload {
    return interactionPayload(this.#state, {
      type,
      user: this.user,
      channel: this.channel,
      data,
      locale: extra.locale,
      attachmentSizeLimit: extra.attachmentSizeLimit ?? this.#state.settings.attachmentSizeLimit,
      message,
    });
  }

  #send(payload: InteractionPayload, origin: { message?: StoredMessage; commandName?: string }): Invocation {
    const limit = payload['attachment_size_limit'];
    const interaction = this.#state.interactions.open({
      payload,
      user: this.user,
      channel: this.channel,
      attachmentSizeLimit: typeof limit === 'number' ? limit : this.#state.settings.attachmentSizeLimit,
      ...(origin.message ? { sourceMessage: origin.message } : {}),
      ...(origin.commandName === undefined ? {} : { commandName: origin.commandName }),
    });
    this.#deliver(interaction, payload);
    return new Invocation(interaction);
  }

  #deliver(interaction: Interaction, payload: InteractionPayload = interaction.payload): void {
    this.#gateway.dispatch('INTERACTION_CREATE', payload, {
      guildId: this.channel.guildId,
      onDelivered: (recipient) => interaction.delivered(recipient),
    });
  }

  #seen(message: Message): StoredMessage {
    const stored = this.#stored(message);
    if (stored.deleted || stored.channel.deleted) throw new Error('the message is gone');
    const isHidden = stored.ephemeralFor !== undefined && stored.ephemeralFor !== this.user.id;
    if (isHidden || !this.#state.world.canView(this.user, stored.channel)) {
      throw new Error(`${this.user.username} doesn't see this message`);
    }
    if (stored.channel !== this.channel) throw new Error(`${this.user.username} is in #${this.channel.name}`);
    return stored;
  }

  #stored(message: Message): StoredMessage {
    // Safe cast: every message that the sandbox returns comes from its store.
    return message as StoredMessage;
  }
}

/** What an interaction says of its command. */
function commandFields(command: ApplicationCommand | undefined, type: number, name: string): object {
  const guild = command?.guild_id === undefined ? {} : { guild_id: command.guild_id };
  return { id: command?.id ?? snowflake(), name, type, ...guild };
}

function tolerantDefinitions(command: ApplicationCommand, path: Path): ReturnType<typeof definitionsOf> {
  try {
    return definitionsOf(command, path);
  } catch {
    return [];
  }
}
