import type { Channel, DiscordSandbox, Guild, Invocation, Message } from '../../../sandbox/discord/index.ts';
import type { SegmindSandbox } from '../../../sandbox/segmind/index.ts';
import { shardOf } from '../../../src/shards.ts';

/** A command, and who used it where. */
export interface Asked {
  readonly prompt: string;
  readonly invocation: Invocation;
}

/** A small image: it takes a quarter of `renderMs`. */
const OPTIONS = { width: 512, height: 512 };

/** Members of many servers: each of them asks once, so that no limit of a member's is in the way. */
export class Crowd {
  readonly guilds: Guild[] = [];
  readonly asked: Asked[] = [];
  readonly #discord: DiscordSandbox;
  readonly #directMessages: Channel[] = [];

  constructor(discord: DiscordSandbox) {
    this.#discord = discord;
  }

  /** Makes so many servers; over which shards they spread is up to the clock. */
  found(count: number): void {
    for (let number = 1; number <= count; number += 1) {
      this.guilds.push(this.#discord.createGuild({ name: `Gallery ${number}` }));
    }
  }

  /** Makes a server that belongs to this shard: an id holds the time at which it was made. */
  foundOn(shard: number, shardCount: number): Promise<Guild> {
    return this.#discord.waitFor(() => {
      const guild = this.#discord.createGuild();
      this.guilds.push(guild);
      return shardOf(guild.id, shardCount) === shard ? guild : undefined;
    });
  }

  /** Somebody new wants an image, in a server or in direct messages. */
  async ask(where: Guild | 'direct messages', prompt: string): Promise<Asked> {
    const member = this.#discord.createUser(prompt.replaceAll(' ', '-'));
    if (where !== 'direct messages') where.join(member);
    else this.#directMessages.push(this.#discord.directMessages(member));
    const actor = this.#discord.actor(member, where === 'direct messages' ? 'dm' : where.channel('general'));
    const asked = { prompt, invocation: await actor.command('timeless', { prompt, ...OPTIONS }) };
    this.asked.push(asked);
    return asked;
  }

  /** Everything that stands where somebody may have asked. */
  messages(): Message[] {
    const channels = [...this.guilds.flatMap(({ channels: all }) => all), ...this.#directMessages];
    return channels.flatMap((channel) => this.#discord.messages(channel));
  }
}

/** The largest number of POSTs within any 60 s, whatever was answered. */
export function mostInAMinute({ submits }: SegmindSandbox): number {
  const times = submits.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  const counts = times.map((fromMs, index) => times.slice(index).filter((atMs) => atMs < fromMs + 60_000).length);
  return Math.max(0, ...counts);
}
