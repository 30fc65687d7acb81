import type { Channel, DiscordSandbox, Guild, Invocation, Message } from '../../../sandbox/discord/index.ts';
import type { SegmindSandbox } from '../../../sandbox/segmind/index.ts';

/** A request that was sent. */
export interface SentRequest {
  readonly prompt: string;
  readonly invocation: Invocation;
}

/** A small image, which takes a quarter of `renderMs`. */
const OPTIONS = { width: 512, height: 512 };

/** Many servers, whose members send one request each, so that no limit of a member matters. */
export class ClusterGuilds {
  readonly all: Guild[] = [];
  readonly requests: SentRequest[] = [];
  readonly #discord: DiscordSandbox;
  readonly #directMessages: Channel[] = [];

  constructor(discord: DiscordSandbox) {
    this.#discord = discord;
  }

  /** Their shards depend on the clock. */
  createGuilds(count: number): void {
    for (let number = 1; number <= count; number += 1) {
      this.all.push(this.#discord.createGuild({ name: `Gallery ${number}` }));
    }
  }

  /** Makes a server that belongs to this shard. */
  async createGuildOn(shard: number, shardCount: number): Promise<Guild> {
    const guild = await this.#discord.createGuildOn(shard, shardCount);
    this.all.push(guild);
    return guild;
  }

  /** Sends a request of a new member, in a server or in direct messages. */
  async request(where: Guild | 'direct messages', prompt: string): Promise<SentRequest> {
    const member = this.#discord.createUser(prompt.replaceAll(' ', '-'));
    if (where !== 'direct messages') where.join(member);
    else this.#directMessages.push(this.#discord.directMessages(member));
    const actor = this.#discord.actor(member, where === 'direct messages' ? 'dm' : where.channel('general'));
    const sent = { prompt, invocation: await actor.command('timeless', { prompt, ...OPTIONS }) };
    this.requests.push(sent);
    return sent;
  }

  /** All messages of these servers and direct messages. */
  messages(): Message[] {
    const channels = [...this.all.flatMap(({ channels: all }) => all), ...this.#directMessages];
    return channels.flatMap((channel) => this.#discord.messages(channel));
  }
}

/** The largest number of POSTs within any 60 s, whatever their outcome. */
export function mostInAMinute({ submits }: SegmindSandbox): number {
  const times = submits.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  const counts = times.map((fromMs, index) => times.slice(index).filter((atMs) => atMs < fromMs + 60_000).length);
  return Math.max(0, ...counts);
}
