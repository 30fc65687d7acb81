import type { Log } from '../../log.ts';
import { later, monotonicNow, now, wait } from '../../time.ts';
import type { DepartedGuilds } from './departed-guilds.ts';

const HOUR_MS = 60 * 60_000;
export const DAY_MS = 24 * HOUR_MS;
/** Data of servers that removed the bot, and don't use it, is erased after this. */
const DEPARTED_DAYS = 30;
/** Rows removed at once, and the pause that lets others write. */
const BATCH = 500;
const BATCH_PAUSE_MS = 50;

/** A store with data by server. */
export interface GuildRecords {
  /** The servers that it has data of. */
  guildIds(): Promise<readonly string[]>;
  /** When the latest data of a server is from; undefined when there is none. */
  lastUse(guildId: string): Promise<number | undefined>;
  /** Removes up to `limit` rows of a server. @returns how many */
  eraseGuild(guildId: string, limit: number): Promise<number>;
}

interface RetentionParts {
  readonly departed: DepartedGuilds;
  readonly records: readonly GuildRecords[];
  /** Each removes up to `limit` old rows, and returns how many. */
  readonly removeOld: readonly ((limit: number) => Promise<number>)[];
  /** Removes deleted data from the database's files, such as interaction tokens of closed jobs. */
  readonly scrub: () => Promise<void>;
  readonly log: Log;
  /** Whether a server belongs to this process. */
  readonly isOwn: (guildId: string) => boolean;
  /** The servers that the bot is in; called once a day. Throws when Discord doesn't answer. */
  readonly listGuilds: () => Promise<ReadonlySet<string>>;
}

/** Removes old data: every hour by age, every day the data of servers that removed the bot. */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #stopping = new AbortController();
  #cancel = () => {};
  #nextGuildCheckMs = Number.NEGATIVE_INFINITY;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  start(): void {
    const sweep = () => {
      this.#sweep().catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#parts.log.error({ err: error }, 'retention sweep failed');
      });
      this.#cancel = later(HOUR_MS, sweep);
    };
    sweep();
  }

  stop(): void {
    this.#cancel();
    this.#stopping.abort(new Error('The process is stopping.'));
  }

  async #sweep(): Promise<void> {
    const { removeOld, scrub } = this.#parts;
    for (const remove of removeOld) await this.#inBatches(remove);
    await scrub();
    const startedAtMs = monotonicNow();
    if (startedAtMs < this.#nextGuildCheckMs) return;
    await this.#checkGuilds();
    // Counted from the start of the sweep: otherwise the one a day later would come a moment too early.
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
      log.info({ guild: guildId }, 'server erased');
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
