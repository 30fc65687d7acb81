import { writeFileSync } from 'node:fs';
import { readableLine } from '../../src/readable-line.ts';
import { type Actor, buttonsOf, type Channel, type Invocation, type Message, selectsOf } from '../discord/index.ts';
import { renderMessage } from '../picture/index.ts';
import { coloured } from './coloured.ts';
import { optionsAt, type Path, type TypedOption } from './command-path.ts';
import { type Completion, type CompletionWords, complete } from './complete.ts';
import { type Directory, directoryOf, namesToIds, namesToKnownIds } from './directory.ts';
import { formAsCommand, formText, readFields } from './form.ts';
import { freePath } from './free-path.ts';
import { helpText } from './help-text.ts';
import { type Line, parseLine } from './parse-line.ts';
import type { Stack, StandIns } from './stack.ts';
import { chooseOptions, openMenu, pressButton } from './use-message.ts';

const LOG_LINES = 15;

/** The parts of the sandbox that a session needs. */
type RunningSandbox = StandIns & Pick<Stack, 'bot' | 'startBot'>;

/** A line that uses the bot. */
type InteractionLine = Extract<Line, { kind: 'command' | 'press' | 'choose' | 'menu' | 'submit' }>;

/** The state of one terminal: which member types, in which channel, and what each line does. */
export class Session {
  private readonly stack: RunningSandbox;
  private readonly folder: string;
  private user = 'alice';
  private place: Channel | 'dm';
  /** What opened the form that isn't submitted yet. */
  private opener: Invocation | undefined;
  /** Values by the names that the bot suggested for an option: a client shows names and sends values. */
  private readonly suggested = new Map<string, string>();

  /** @param folder for drawings of messages */
  constructor(stack: RunningSandbox, folder: string) {
    this.stack = stack;
    this.folder = folder;
    this.place = stack.discord.guild.channel('general');
  }

  /** The text in front of the cursor. */
  get prompt(): string {
    return coloured('bold', `${this.user} in ${this.place === 'dm' ? 'direct messages' : `#${this.place.name}`} > `);
  }

  /** @throws Error for an unknown member */
  switchUser(user: string): void {
    this.user = this.stack.discord.user(user.replace(/^@/, '').toLowerCase()).username;
  }

  /** @throws Error for an unknown channel */
  switchChannel(place: string): void {
    this.place = place === 'dm' ? 'dm' : this.stack.discord.guild.channel(place.replace(/^#/, ''));
  }

  parse(text: string): Line {
    return parseLine(text, this.stack.discord.commands);
  }

  /** Runs a line and returns the text to print, if any. @throws Error when Discord's client would refuse */
  async run(line: Exclude<Line, { kind: 'quit' }>): Promise<string | undefined> {
    switch (line.kind) {
      case 'command':
      case 'press':
      case 'choose':
      case 'menu':
      case 'submit': {
        const { modal } = await this.sendInteraction(line);
        return modal && formText(modal);
      }
      case 'as':
        this.switchUser(line.user);
        return undefined;
      case 'in':
        this.switchChannel(line.place);
        return undefined;
      case 'fault':
        line.fault.inject(this.stack);
        return line.fault.description;
      case 'help':
        return helpText(this.stack.discord.guild);
      case 'picture':
        return await this.picture(line.nth);
      case 'log':
        return this.stack.bot.stdout.trimEnd().split('\n').slice(-LOG_LINES).map(readableLine).join('').trimEnd();
      case 'kill':
        this.stack.bot.kill();
        await this.stack.bot.exited;
        return undefined;
      case 'start':
        if (this.stack.bot.isRunning) return `the bot is already running, as process ${this.stack.bot.pid}`;
        await this.stack.startBot();
        return `the bot is running again, as process ${this.stack.bot.pid}`;
      case 'problem':
        return line.text;
      case 'nothing':
        return undefined;
      default:
        return line satisfies never;
    }
  }

  /** Sends an interaction and waits for its acknowledgement. @throws Error when Discord's client would refuse, or the bot doesn't acknowledge */
  async sendInteraction(line: InteractionLine): Promise<Invocation> {
    const invocation = await this.use(line);
    await invocation.acknowledged();
    if (invocation.modal) this.opener = invocation;
    return invocation;
  }

  private async use(line: InteractionLine): Promise<Invocation> {
    const actor = this.actor();
    switch (line.kind) {
      case 'command':
        return actor.command(line.name, this.values(line), line.path);
      case 'press':
        return pressButton(actor, this.visibleMessages(), line);
      case 'choose':
        return chooseOptions(actor, this.visibleMessages(), line.text, this.directory);
      case 'menu':
        return openMenu(actor, this.visibleMessages(), line);
      case 'submit':
        return this.submit(actor, line.text);
      default:
        return line satisfies never;
    }
  }

  /** Completes a line on Tab: the candidates, and the end of the line that they replace. */
  async complete(text: string): Promise<Completion> {
    const completion = complete(text, this.stack.discord.commands, this.words());
    const { ask } = completion;
    if (!ask) return completion;
    const others = namesToKnownIds(ask.others, this.definitions(ask.command, ask.path), this.directory);
    const choices = await this.actor().autocomplete(ask.command, ask.option, ask.value, others, ask.path);
    for (const { name, value } of choices) {
      this.suggested.set(suggestionKey(ask.command, ask.path, ask.option, name), String(value));
    }
    return { ...completion, candidates: choices.map(({ name }) => ({ text: `${name} ` })) };
  }

  private get directory(): Directory {
    return directoryOf(this.stack.discord.guild);
  }

  private definitions(name: string, path: Path): readonly TypedOption[] {
    const command = this.stack.discord.commands.find((candidate) => candidate.name === name);
    return command ? optionsAt(command, path) : [];
  }

  /** The typed options, with suggested names replaced by their values, and names of members, roles and channels by ids. */
  private values({ name, path, options }: Extract<Line, { kind: 'command' }>): Record<string, string> {
    const entries = Object.entries(options).map(([option, text]): [string, string] => [
      option,
      this.suggested.get(suggestionKey(name, path, option, text)) ?? text,
    ]);
    return namesToIds(Object.fromEntries(entries), this.definitions(name, path), this.directory);
  }

  private async picture(nth: number): Promise<string> {
    const message = this.visibleMessages().at(-nth);
    if (!message) throw new Error('there is no such message here');
    // Draw the answer itself, not the message that the bot is thinking.
    await this.stack.discord.waitFor(() => !message.thinking);
    const path = freePath(this.folder, 'message.png');
    writeFileSync(path, await renderMessage(message, { names: this.stack.discord.names() }));
    return `file ${path}`;
  }

  private actor(): Actor {
    return this.stack.discord.actor(this.user, this.place);
  }

  /** Submits the open form, which stays open when Discord's client would refuse. */
  private async submit(actor: Actor, text: string): Promise<Invocation> {
    const { opener } = this;
    if (!opener?.modal) throw new Error('there is no open form');
    const submitted = await actor.submitModal(opener, readFields(opener.modal, text));
    this.opener = undefined;
    return submitted;
  }

  private visibleMessages(): Message[] {
    const { discord } = this.stack;
    const channel = this.place === 'dm' ? discord.directMessages(this.user) : this.place;
    const { id } = discord.user(this.user);
    return discord
      .messages(channel)
      .filter(({ deleted, ephemeralFor }) => !deleted && (ephemeralFor === undefined || ephemeralFor === id));
  }

  private words(): CompletionWords {
    const { guild } = this.stack.discord;
    const messages = this.visibleMessages();
    const modal = this.opener?.modal;
    return {
      users: [...guild.members.values()].flatMap(({ user }) => (user.bot ? [] : [user.username])),
      directory: this.directory,
      buttons: messages.flatMap((message) => buttonsOf(message).map(({ label }) => label)),
      choices: messages.flatMap(selectsOf).flatMap(({ options = [] }) => options.map(({ label }) => label)),
      ...(modal ? { form: formAsCommand(modal) } : {}),
    };
  }
}

function suggestionKey(command: string, { group, subcommand }: Path, option: string, name: string): string {
  return JSON.stringify([command, group, subcommand, option, name]);
}
