import { type REST, Routes } from 'discord.js';

/** What the channel rules need to know about a channel. */
export interface ChannelFacts {
  /** The category; absent when it has none. */
  readonly parentId?: string;
  readonly isAgeRestricted: boolean;
}

/**
 * Asks Discord for a channel's category. Answers aren't cached, so that a channel that was just moved counts as moved. Calls for
 * the same channel at the same time share one request. Refusals are remembered for a minute (events/remember-refusals.ts).
 */
export class ThreadParents {
  readonly #rest: Pick<REST, 'get'>;
  readonly #underWay = new Map<string, Promise<ChannelFacts>>();

  constructor(rest: Pick<REST, 'get'>) {
    this.#rest = rest;
  }

  /** @throws what Discord answered */
  find(channelId: string): Promise<ChannelFacts> {
    const facts = this.#underWay.get(channelId) ?? this.#ask(channelId).finally(() => this.#underWay.delete(channelId));
    this.#underWay.set(channelId, facts);
    return facts;
  }

  async #ask(channelId: string): Promise<ChannelFacts> {
    // Safe cast: this route answers with a channel, and channels that have threads have these fields.
    const channel = (await this.#rest.get(Routes.channel(channelId))) as { parent_id?: string | null; nsfw?: boolean };
    return { ...(channel.parent_id ? { parentId: channel.parent_id } : {}), isAgeRestricted: channel.nsfw ?? false };
  }
}
