import { ApiError } from './errors.ts';
import type { Guild } from './guild.ts';
import type { Channel, UploadedFile } from './types.ts';

type Place = Channel | Guild;

/** Why Discord rejects files although the bot may attach some, always with 403: 400001 (only for whole servers), 20009, 240000. */
export type FileRefusal = 'uploadsLimited' | 'explicitContent' | 'harmfulLink';

/**
 * Content that Discord rejects in some channels or servers, by any route. A bot can't foresee it, and may retry with less content.
 * A missing permission to attach files (50013) is different: it depends on permissions, and affects only requests with the bot's own token.
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 */
export class RefusedContent {
  readonly #files = new Map<string, FileRefusal>();
  readonly #links = new Set<string>();

  /** @throws Error when `uploadsLimited` is set for a channel: Discord limits uploads only for whole servers */
  refuseFiles(place: Place, refusal: FileRefusal): void {
    if (refusal === 'uploadsLimited' && !('channels' in place))
      throw new Error('Discord limits uploads only for whole servers');
    this.#files.set(place.id, refusal);
  }

  /** Rejects every text with a link: 240000. */
  refuseLinks(place: Place): void {
    this.#links.add(place.id);
  }

  /** Accepts everything again. */
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
