import { z } from 'zod';
import type { Database } from '../storage/database.ts';
import { isInForce } from './blocks.ts';

/** How long it is kept who changed what. */
export const HISTORY_RETENTION_DAYS = 400;
const DAY_MS = 24 * 60 * 60_000;
const PAGE = 100;

/** Settings as they are stored, whatever else a newer release has put there. */
const storedSchema = z.looseObject({ blocks: z.array(z.looseObject({ untilMs: z.number().exactOptional() })) });

/** Removes what servers' settings need no more. */
export class OldSettings {
  readonly #db: Database['db'];

  constructor({ db }: Pick<Database, 'db'>) {
    this.#db = db;
  }

  /** Removes up to `limit` changes from the history that are older than `HISTORY_RETENTION_DAYS`; returns how many. */
  async removeHistory(nowMs: number, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('settings_history')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('guild_id', 'revision'),
          'in',
          selectFrom('settings_history')
            .select(['guild_id', 'revision'])
            .where('changed_at', '<', nowMs - HISTORY_RETENTION_DAYS * DAY_MS)
            .limit(limit)
            .$asTuple('guild_id', 'revision'),
        ),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  /** Removes blocks that have ended by themselves. They count no more, so the revision stays, and nobody has changed anything. */
  async removeEndedBlocks(nowMs: number): Promise<void> {
    let last = '';
    for (;;) {
      const rows = await this.#db
        .selectFrom('guild_settings')
        .select(['guild_id', 'revision', 'settings'])
        .where('guild_id', '>', last)
        .where('settings', 'like', '%"untilMs":%')
        .orderBy('guild_id')
        .limit(PAGE)
        .execute();
      for (const row of rows) await this.#removeEnded(row, nowMs);
      if (rows.length < PAGE) return;
      last = rows.at(-1)?.guild_id ?? last;
    }
  }

  async #removeEnded(row: { guild_id: string; revision: number; settings: string }, nowMs: number): Promise<void> {
    const stored = readStored(row.settings);
    const blocks = stored?.blocks.filter((block) => isInForce(block, nowMs));
    if (!stored || blocks?.length === stored.blocks.length) return;
    await this.#db
      .updateTable('guild_settings')
      .set({ settings: JSON.stringify({ ...stored, blocks }) })
      .where('guild_id', '=', row.guild_id)
      // Whoever changed them meanwhile did so for a reason; the next sweep comes.
      .where('revision', '=', row.revision)
      .execute();
  }
}

/** @returns undefined for what something else than this release, or one near it, has stored */
function readStored(json: string): z.output<typeof storedSchema> | undefined {
  try {
    return storedSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
