import { type REST, Routes } from 'discord.js';

/** What the rules about channels need to know of one. */
export interface ChannelFacts {
  /** The category; absent for a channel outside of all. */
  readonly parentId?: string;
  readonly isAgeRestricted: boolean;
}

/**
 * Asks Discord what a channel stands in. Nothing is kept of an answer, so that a channel moved a second ago counts; but who asks
 * while the same is being asked gets the same answer: discord.js sends one such request after the other. Refusals are remembered
 * for a minute, as those of every look-up (events/remember-refusals.ts).
 */
export class ThreadParents {
  readonly #rest: Pick<REST, 'get'>;
  readonly #underWay = new Map<string, Promise<ChannelFacts>>();

  constructor(rest: Pick<REST, 'get'>) {
    this.#rest = rest;
  }

  /** @throws what Discord answered */
  find(channelId: string): Promise<ChannelFacts> {
    const asked = this.#underWay.get(channelId) ?? this.#ask(channelId).finally(() => this.#underWay.delete(channelId));
    this.#underWay.set(channelId, asked);
    return asked;
  }

  async #ask(channelId: string): Promise<ChannelFacts> {
    // True: this route answers with a channel, and what threads hang in has these fields.
    const channel = (await this.#rest.get(Routes.channel(channelId))) as { parent_id?: string | null; nsfw?: boolean };
    return { ...(channel.parent_id ? { parentId: channel.parent_id } : {}), isAgeRestricted: channel.nsfw ?? false };
  }
}
