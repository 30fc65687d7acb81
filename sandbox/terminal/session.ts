import { type Actor, buttonsOf, type Channel, type Invocation, type Message } from '../discord/index.ts';
import { complete, type Words } from './complete.ts';
import { type Line, parseLine } from './parse.ts';
import type { Stack } from './stack.ts';

const CATEGORY = 4;

const HELP = `/timeless prompt:a red rose samples:2   a slash command; Tab completes names, options and values
press Reroll                            presses a button of the last message that has it; so does: Reroll
press Reroll 2                          ... of the last but one
as bob                                  go on as another member: alice, bob, mallory, moderator, admin
in #art, dm                             go to another channel, or to the bot's direct messages
log                                     the end of the bot's own log
kill, start                             ends the bot by SIGKILL; starts it again on the same database
quit                                    stops everything`;

const LOG_LINES = 15;

/** One terminal: who types, where, and what a line does. */
export class Session {
  private readonly stack: Stack;
  private user = 'alice';
  private place: Channel | 'dm';

  constructor(stack: Stack) {
    this.stack = stack;
    this.place = stack.discord.guild.channel('general');
  }

  /** What stands before the cursor. */
  get prompt(): string {
    return `${this.user} in ${this.place === 'dm' ? 'direct messages' : `#${this.place.name}`} > `;
  }

  parse(text: string): Line {
    return parseLine(text, this.stack.discord.commands);
  }

  /** Does what a line says and gives the text to print, if there is any. @throws Error with what Discord's client would say */
  async run(line: Exclude<Line, { kind: 'quit' }>): Promise<string | undefined> {
    switch (line.kind) {
      case 'command':
      case 'press':
        await this.act(line);
        return undefined;
      case 'as':
        this.user = this.stack.discord.user(line.user.toLowerCase()).username;
        return undefined;
      case 'in':
        this.place = line.place === 'dm' ? 'dm' : this.stack.discord.guild.channel(line.place);
        return undefined;
      case 'help':
        return HELP;
      case 'log':
        return this.stack.bot.stdout.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
      case 'kill':
        this.stack.bot.kill();
        await this.stack.bot.exited;
        return undefined;
      case 'start':
        if (this.stack.bot.isRunning) return `the bot runs already, as process ${this.stack.bot.pid}`;
        await this.stack.startBot();
        return `the bot runs again, as process ${this.stack.bot.pid}`;
      case 'problem':
        return line.text;
      case 'nothing':
        return undefined;
      default:
        return line satisfies never;
    }
  }

  /** Sends an interaction and waits for its acknowledgement. @throws Error where Discord's client would refuse, or none comes */
  async act(line: Extract<Line, { kind: 'command' | 'press' }>): Promise<Invocation> {
    const actor = this.actor();
    const invocation =
      line.kind === 'command'
        ? await actor.command(line.name, line.options, line.path)
        : await this.press(actor, line.label, line.nth);
    await invocation.acknowledged();
    return invocation;
  }

  /** Answers a Tab: candidates, and the end of the line that they replace. */
  async complete(text: string): Promise<[string[], string]> {
    const { candidates, fragment, ask } = complete(text, this.stack.discord.commands, this.words());
    if (!ask) return [candidates, fragment];
    const choices = await this.actor().autocomplete(ask.command, ask.option, ask.value, ask.others, ask.path);
    return [choices.map(({ value }) => `${value} `), fragment];
  }

  private actor(): Actor {
    return this.stack.discord.actor(this.user, this.place);
  }

  private async press(actor: Actor, label: string, nth: number): Promise<Invocation> {
    const wanted = label.toLowerCase();
    const matches = this.visibleMessages()
      .reverse()
      .flatMap((message) => {
        const button = buttonsOf(message).find((candidate) => candidate.label.toLowerCase().startsWith(wanted));
        return button ? [{ message, label: button.label }] : [];
      });
    const chosen = matches[nth - 1];
    if (!chosen) {
      const lack = matches.length > 0 ? `there is no ${nth}. button` : 'there is no button';
      throw new Error(`${lack} "${label}" here; type help`);
    }
    return actor.press(chosen.message, chosen.label);
  }

  private visibleMessages(): Message[] {
    const { discord } = this.stack;
    const channel = this.place === 'dm' ? discord.directMessages(this.user) : this.place;
    const { id } = discord.user(this.user);
    return discord
      .messages(channel)
      .filter(({ deleted, ephemeralFor }) => !deleted && (ephemeralFor === undefined || ephemeralFor === id));
  }

  private words(): Words {
    const { guild } = this.stack.discord;
    return {
      users: [...guild.members.values()].flatMap(({ user }) => (user.bot ? [] : [user.username])),
      channels: guild.channels.flatMap(({ type, name }) => (type === CATEGORY ? [] : [`#${name}`])),
      buttons: this.visibleMessages().flatMap((message) => buttonsOf(message).map(({ label }) => label)),
    };
  }
}
