import type { Log } from '../log.ts';
import { later, now, wait } from '../time.ts';
import type { JobStore } from './store.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Servers that removed the bot are erased after this. */
const DEPARTED_DAYS = 30;
/** Rows removed at once, and the pause in which others may write. */
const BATCH = 500;
const BATCH_PAUSE_MS = 50;

interface RetentionParts {
  readonly store: JobStore;
  readonly log: Log;
  readonly retentionDays: number;
  /** The servers that the bot is in, asked once a day; throws when Discord doesn't say. */
  readonly listGuilds: () => Promise<ReadonlySet<string>>;
}

/** Removes what has been kept long enough: every hour by age, every day what belongs to servers that removed the bot. */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #stopping = new AbortController();
  #cancel = () => {};
  #nextGuildCheckMs = 0;

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
    const { store, retentionDays } = this.#parts;
    await this.#inBatches(() => store.removeEnded(now() - retentionDays * DAY_MS, BATCH));
    await this.#inBatches(() => store.removePosts(now() - DAY_MS, BATCH));
    if (now() < this.#nextGuildCheckMs) return;
    await this.#checkGuilds();
    this.#nextGuildCheckMs = now() + DAY_MS;
  }

  async #checkGuilds(): Promise<void> {
    const { store, listGuilds, log } = this.#parts;
    const present = await listGuilds();
    for (const guildId of await store.noteGuilds(present, now(), now() - DEPARTED_DAYS * DAY_MS)) {
      await this.#inBatches(() => store.eraseGuild(guildId, BATCH));
      log.info({ guild: guildId }, 'erased a server that removed the bot');
    }
  }

  async #inBatches(remove: () => Promise<number>): Promise<void> {
    while ((await remove()) === BATCH) await wait(BATCH_PAUSE_MS, this.#stopping.signal);
  }
}
