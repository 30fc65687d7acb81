import { readableLine } from '../../src/readable-line.ts';
import { buttonsOf, type Invocation, selectsOf } from '../discord/index.ts';
import type { Completion } from '../session/complete-command.ts';
import type { Stack, StandIns } from '../session/stack.ts';
import { Viewer } from '../session/viewer.ts';
import { coloured } from './coloured.ts';
import { type CompletionWords, complete } from './complete.ts';
import { formAsCommand, formText, readFields } from './form.ts';
import { helpText } from './help-text.ts';
import { type Line, parseLine } from './parse-line.ts';
import { chooseOptions, openMenu, pressButton } from './use-message.ts';

const LOG_LINES = 15;

/** The parts of the sandbox that a session needs. */
type RunningSandbox = StandIns & Pick<Stack, 'bot' | 'startBot'>;

/** A line that uses the bot. */
type InteractionLine = Extract<Line, { kind: 'command' | 'press' | 'choose' | 'menu' | 'submit' }>;

/** The state of one terminal: who types, and what each line does. */
export class Session {
  private readonly stack: RunningSandbox;
  private readonly viewer: Viewer;
  private readonly pageUrl: string | undefined;
  /** What opened the form that isn't submitted yet. */
  private opener: Invocation | undefined;

  /** @param pageUrl the address of the page; undefined without one */
  constructor(stack: RunningSandbox, pageUrl?: string) {
    this.stack = stack;
    this.viewer = new Viewer(stack.discord);
    this.pageUrl = pageUrl;
  }

  /** The text in front of the cursor. */
  get prompt(): string {
    const { user, place } = this.viewer;
    return coloured('bold', `${user} in ${place === 'dm' ? 'direct messages' : `#${place.name}`} > `);
  }

  /** @throws Error for an unknown member */
  switchUser(user: string): void {
    this.viewer.switchUser(user);
  }

  /** @throws Error for an unknown channel */
  switchChannel(place: string): void {
    this.viewer.switchChannel(place);
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
      case 'page':
        return this.pageUrl ?? 'there is no page: it was left out with --no-page';
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
    const { viewer } = this;
    const actor = viewer.actor();
    const messages = viewer.visibleMessages();
    switch (line.kind) {
      case 'command':
        return viewer.sendCommand(line);
      case 'press':
        return pressButton(actor, messages, line);
      case 'choose':
        return chooseOptions(actor, messages, line.text, viewer.directory);
      case 'menu':
        return openMenu(actor, messages, line);
      case 'submit':
        return this.submit(line.text);
      default:
        return line satisfies never;
    }
  }

  /** Completes a line on Tab: the candidates, and the end of the line that they replace. */
  async complete(text: string): Promise<Completion> {
    return this.viewer.askBot(complete(text, this.stack.discord.commands, this.words()));
  }

  /** Submits the open form, which stays open when Discord's client would refuse. */
  private async submit(text: string): Promise<Invocation> {
    const { opener } = this;
    if (!opener?.modal) throw new Error('there is no open form');
    const submitted = await this.viewer.actor().submitModal(opener, readFields(opener.modal, text));
    this.opener = undefined;
    return submitted;
  }

  private words(): CompletionWords {
    const { guild } = this.stack.discord;
    const messages = this.viewer.visibleMessages();
    const modal = this.opener?.modal;
    return {
      users: [...guild.members.values()].flatMap(({ user }) => (user.bot ? [] : [user.username])),
      directory: this.viewer.directory,
      buttons: messages.flatMap((message) => buttonsOf(message).map(({ label }) => label)),
      choices: messages.flatMap(selectsOf).flatMap(({ options = [] }) => options.map(({ label }) => label)),
      ...(modal ? { form: formAsCommand(modal) } : {}),
    };
  }
}
