import * as z from 'zod';
import type { Database } from '../storage/database.ts';
import { isInForce } from './blocks.ts';

/** How long the history of changes is kept. */
export const HISTORY_RETENTION_DAYS = 400;
const DAY_MS = 24 * 60 * 60_000;
const PAGE = 100;

/** The part of stored settings that is needed here; everything else is kept. */
const storedSchema = z.looseObject({ blocks: z.array(z.looseObject({ untilMs: z.number().exactOptional() })) });

/** Removes old history and ended blocks from servers' settings. */
export class OldSettings {
  readonly #db: Database['db'];

  constructor({ db }: Pick<Database, 'db'>) {
    this.#db = db;
  }

  /** Removes up to `limit` changes from the history that are older than `HISTORY_RETENTION_DAYS`. @returns how many */
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

  /** Removes ended blocks, without a new revision or history entry, since that changes nothing. */
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
      // If they were changed meanwhile, the next sweep tries again.
      .where('revision', '=', row.revision)
      .execute();
  }
}

/** @returns undefined if this release can't read them */
function readStored(json: string): z.output<typeof storedSchema> | undefined {
  try {
    return storedSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
