import type { Actor, Channel, DiscordSandbox, Guild, Invocation, Message } from '../discord/index.ts';
import { optionsAt, type Path, type TypedCommand, type TypedOption } from './command-path.ts';
import type { Completion } from './complete-command.ts';
import { type Directory, directoryOf, namesToIds, namesToKnownIds } from './directory.ts';
import type { CommandLine } from './parse-command.ts';

const TEXT_CHANNEL = 0;

/** Someone who uses the sandbox: as which member, in which channel, and in which language. */
export class Viewer {
  /** The language of the member's client. */
  locale = 'en-US';
  private readonly discord: DiscordSandbox;
  private current: { user: string; place: Channel | 'dm' };
  /** Values by the names that the bot suggested for an option: a client shows names and sends values. */
  private readonly suggested = new Map<string, string>();

  constructor(discord: DiscordSandbox) {
    this.discord = discord;
    this.current = { user: 'alice', place: discord.guild.channel('general') };
  }

  get user(): string {
    return this.current.user;
  }

  get place(): Channel | 'dm' {
    return this.current.place;
  }

  /** The server of the channel; in direct messages, the initial one. */
  get guild(): Guild {
    return (this.place !== 'dm' && this.discord.guildOf(this.place)) || this.discord.guild;
  }

  /** The channel, which in direct messages depends on the member. */
  get channel(): Channel {
    return this.place === 'dm' ? this.discord.directMessages(this.user) : this.place;
  }

  /** In a channel that the member doesn't see, goes to the first one that they do, of this server if possible. @throws Error for an unknown member */
  switchUser(user: string): void {
    this.current.user = this.discord.user(user.replace(/^@/, '').toLowerCase()).username;
    if (this.canView(this.channel)) return;
    const channels = [this.guild, ...this.discord.guilds].flatMap((guild) => guild.channels);
    this.current.place = channels.find((each) => each.type === TEXT_CHANNEL && this.canView(each)) ?? 'dm';
  }

  /** @param place the name of a channel in this server, the id of any channel, or `dm` @throws Error for an unknown one */
  switchChannel(place: string): void {
    const byId = this.discord.guilds.flatMap(({ channels }) => channels).find(({ id }) => id === place);
    this.current.place = place === 'dm' ? 'dm' : (byId ?? this.guild.channel(place.replace(/^#/, '')));
  }

  actor(): Actor {
    return this.discord.actor(this.user, this.place);
  }

  /** The messages of this channel that this member sees, oldest first. */
  visibleMessages(): Message[] {
    if (!this.canView(this.channel)) return [];
    const { id } = this.discord.user(this.user);
    return this.discord
      .messages(this.channel)
      .filter(({ deleted, ephemeralFor }) => !deleted && (ephemeralFor === undefined || ephemeralFor === id));
  }

  canView(channel: Channel): boolean {
    return this.discord.canView(this.discord.user(this.user), channel);
  }

  get directory(): Directory {
    return directoryOf(this.guild);
  }

  /** Uses a command as it was typed. @throws Error when Discord's client would refuse */
  sendCommand({ name, path, options }: CommandLine): Promise<Invocation> {
    const entries = Object.entries(options).map(([option, text]): [string, string] => [
      option,
      this.suggested.get(suggestionKey(name, path, option, text)) ?? text,
    ]);
    const values = namesToIds(Object.fromEntries(entries), this.definitions(name, path), this.directory);
    return this.actor().command(name, values, { ...path, locale: this.locale });
  }

  /** Completes a completion that depends on the bot: asks it, and remembers the values behind the names that it suggests. */
  async askBot(completion: Completion): Promise<Completion> {
    const { ask } = completion;
    if (!ask) return completion;
    const others = namesToKnownIds(ask.others, this.definitions(ask.command, ask.path), this.directory);
    const extra = { ...ask.path, locale: this.locale };
    const choices = await this.actor().autocomplete(ask.command, ask.option, ask.value, others, extra);
    for (const { name, value } of choices) {
      this.suggested.set(suggestionKey(ask.command, ask.path, ask.option, name), String(value));
    }
    return { ...completion, candidates: choices.map(({ name }) => ({ text: `${name} ` })) };
  }

  private definitions(name: string, path: Path): readonly TypedOption[] {
    const command: TypedCommand | undefined = this.discord.commands.find((candidate) => candidate.name === name);
    return command ? optionsAt(command, path) : [];
  }
}

function suggestionKey(command: string, { group, subcommand }: Path, option: string, name: string): string {
  return JSON.stringify([command, group, subcommand, option, name]);
}
