import * as z from 'zod';
import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { now } from '../time.ts';
import { isEmpty, NO_PREFERENCES, type Preferences, preferencesSchema } from './preferences.ts';

/** How long preferences are kept that nobody uses. */
export const PREFERENCES_RETENTION_DAYS = 400;
const DAY_MS = 24 * 60 * 60_000;

const stored = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(preferencesSchema);

/** Stores members' preferences. */
export class PreferenceStore {
  readonly #database: Database;
  readonly #log: Log;
  /** With one process: members who may have preferences. A request of anyone else needn't wait for the database. */
  readonly #members = new Set<string>();

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /** Reads who has preferences. Where other processes may save some, that would soon be out of date: then each request asks. */
  async start(): Promise<void> {
    const { db, isShared } = this.#database;
    if (isShared) return;
    const rows = await db.selectFrom('member_preferences').select('user_id').execute();
    for (const { user_id } of rows) this.#members.add(user_id);
  }

  /** A member's preferences. @throws ZodError when this release can't read them; what the database throws */
  async load(userId: string): Promise<Preferences> {
    return (await this.#read(userId)).preferences;
  }

  /** The same for a request: they are kept for another `PREFERENCES_RETENTION_DAYS`. @throws as `load` */
  async loadForUse(userId: string): Promise<Preferences> {
    if (!this.#database.isShared && !this.#members.has(userId)) return NO_PREFERENCES;
    const { preferences, usedAtMs } = await this.#read(userId);
    if (usedAtMs !== undefined && now() - usedAtMs > DAY_MS) this.#noteUse(userId);
    return preferences;
  }

  /**
   * Changes a member's preferences. Concurrent changes are applied one after the other.
   * @param edit returns the new ones; may be called again with newer ones. If it throws, nothing is changed
   * @throws ZodError when the new ones are not allowed; what `edit` throws
   */
  async change(userId: string, edit: (preferences: Preferences) => Preferences): Promise<Preferences> {
    // Before the row: a request that comes meanwhile must look for it.
    this.#members.add(userId);
    return this.#database.write(async (db) => {
      const row = await db
        .selectFrom('member_preferences')
        .select('preferences')
        .where('user_id', '=', userId)
        .executeTakeFirst();
      const next = preferencesSchema.parse(edit(row ? stored.parse(row.preferences) : NO_PREFERENCES));
      if (isEmpty(next)) {
        await db.deleteFrom('member_preferences').where('user_id', '=', userId).execute();
        return next;
      }
      const columns = { preferences: JSON.stringify(next), changed_at: now(), used_at: now() };
      await db
        .insertInto('member_preferences')
        .values({ user_id: userId, ...columns })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
        .execute();
      return next;
    });
  }

  /** Removes up to `limit` members' preferences that were not used for `PREFERENCES_RETENTION_DAYS`. @returns how many */
  async removeUnused(nowMs: number, limit: number): Promise<number> {
    const { db } = this.#database;
    const unused = db
      .selectFrom('member_preferences')
      .select('user_id')
      .where('used_at', '<', nowMs - PREFERENCES_RETENTION_DAYS * DAY_MS)
      .limit(limit);
    const { numDeletedRows } = await db
      .deleteFrom('member_preferences')
      .where('user_id', 'in', unused)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  async #read(userId: string): Promise<{ preferences: Preferences; usedAtMs?: number }> {
    const row = await this.#database.db
      .selectFrom('member_preferences')
      .select(['preferences', 'used_at'])
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (!row) return { preferences: NO_PREFERENCES };
    return { preferences: stored.parse(row.preferences), usedAtMs: row.used_at };
  }

  #noteUse(userId: string): void {
    this.#database.relaxed
      .updateTable('member_preferences')
      .set({ used_at: now() })
      .where('user_id', '=', userId)
      .execute()
      .catch((error: unknown) => this.#log.warn({ err: error, user: userId }, 'use of preferences not stored'));
  }
}
