import { ApiError } from './errors.ts';
import type { Guild } from './guild.ts';
import type { Channel, UploadedFile } from './types.ts';

type Place = Channel | Guild;

/** Why Discord refuses files although the bot may attach some, each with 403: 400001 (a server alone), 20009, 240000. */
export type FileRefusal = 'uploadsLimited' | 'explicitContent' | 'harmfulLink';

/**
 * What Discord refuses of messages at some places, by whatever route they come. A bot can't foresee it, and may send the same with less in it.
 * That a bot lacks the permission to attach files (50013) is a matter of its permissions, and of the bot's own token alone.
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 */
export class RefusedContent {
  readonly #files = new Map<string, FileRefusal>();
  readonly #links = new Set<string>();

  /** @throws Error when a channel's uploads are to be limited: Discord does that to servers */
  refuseFiles(place: Place, refusal: FileRefusal): void {
    if (refusal === 'uploadsLimited' && !('channels' in place)) throw new Error('uploads are limited in whole servers');
    this.#files.set(place.id, refusal);
  }

  /** Takes no text with an address any more: 240000. */
  refuseLinks(place: Place): void {
    this.#links.add(place.id);
  }

  /** Takes everything again. */
  clear(): void {
    this.#files.clear();
    this.#links.clear();
  }

  /** @throws ApiError */
  check({ id, guildId = '' }: Channel, texts: unknown, files: readonly UploadedFile[]): void {
    const refusal = this.#files.get(id) ?? this.#files.get(guildId);
    if (files.length > 0 && refusal) throw new ApiError(refusal);
    const isBarred = this.#links.has(id) || this.#links.has(guildId);
    if (isBarred && /https?:\/\//.test(JSON.stringify(texts))) throw new ApiError('harmfulLink');
  }
}
