import type { Log } from '../../log.ts';
import { later, monotonicNow, now, wait } from '../../time.ts';
import type { DepartedGuilds } from './departed-guilds.ts';

const HOUR_MS = 60 * 60_000;
export const DAY_MS = 24 * HOUR_MS;
/** Servers that removed the bot, and in which nobody used it, are erased after this. */
const DEPARTED_DAYS = 30;
/** Rows removed at once, and the pause in which others may write. */
const BATCH = 500;
const BATCH_PAUSE_MS = 50;

/** Something kept of servers. */
export interface GuildRecords {
  /** The servers that it has something of. */
  guildIds(): Promise<readonly string[]>;
  /** When somebody in a server has last done what it keeps; undefined when it has nothing of that server. */
  lastUse(guildId: string): Promise<number | undefined>;
  /** Removes up to `limit` rows of a server; returns how many. */
  eraseGuild(guildId: string, limit: number): Promise<number>;
}

interface RetentionParts {
  readonly departed: DepartedGuilds;
  /** What is kept by server. */
  readonly records: readonly GuildRecords[];
  /** Each removes up to `limit` rows that were kept long enough, and returns how many. */
  readonly removeOld: readonly ((limit: number) => Promise<number>)[];
  readonly log: Log;
  /** Whether a server is this process's: the others are other processes' business. */
  readonly isOwn: (guildId: string) => boolean;
  /** The servers that the bot is in, asked once a day; throws when Discord doesn't say. */
  readonly listGuilds: () => Promise<ReadonlySet<string>>;
}

/** Removes what has been kept long enough: every hour by age, every day what belongs to servers that removed the bot. */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #stopping = new AbortController();
  #cancel = () => {};
  #nextGuildCheckMs = Number.NEGATIVE_INFINITY;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  start(): void {
    const round = () => {
      this.#sweep().catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#parts.log.error({ err: error }, 'what is old was not removed');
      });
      this.#cancel = later(HOUR_MS, round);
    };
    round();
  }

  stop(): void {
    this.#cancel();
    this.#stopping.abort(new Error('The process is stopping.'));
  }

  async #sweep(): Promise<void> {
    for (const remove of this.#parts.removeOld) await this.#inBatches(remove);
    const startedAtMs = monotonicNow();
    if (startedAtMs < this.#nextGuildCheckMs) return;
    await this.#checkGuilds();
    // From its start: otherwise the sweep a day later would always come a moment too early.
    this.#nextGuildCheckMs = startedAtMs + DAY_MS;
  }

  async #checkGuilds(): Promise<void> {
    const { departed, records, listGuilds, isOwn, log } = this.#parts;
    const present = await listGuilds();
    const kept = await Promise.all(records.map((record) => record.guildIds()));
    const known = new Set(kept.flat().filter(isOwn));
    const times = { atMs: now(), departedBeforeMs: now() - DEPARTED_DAYS * DAY_MS };
    for (const guildId of await departed.note(known, present, times, isOwn)) {
      if (await this.#wasUsedSince(guildId, times.departedBeforeMs)) continue;
      for (const record of records) await this.#inBatches((limit) => record.eraseGuild(guildId, limit));
      log.info({ guild: guildId }, 'erased a server that removed the bot');
    }
  }

  async #wasUsedSince(guildId: string, sinceMs: number): Promise<boolean> {
    const uses = await Promise.all(this.#parts.records.map((record) => record.lastUse(guildId)));
    return uses.some((usedAtMs) => usedAtMs !== undefined && usedAtMs >= sinceMs);
  }

  async #inBatches(remove: (limit: number) => Promise<number>): Promise<void> {
    while ((await remove(BATCH)) === BATCH) await wait(BATCH_PAUSE_MS, this.#stopping.signal);
  }
}
