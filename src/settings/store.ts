import * as z from 'zod';
import type { Database } from '../storage/database.ts';
import { now } from '../time.ts';
import { type Change, changeSchema, findChanges } from './changes.ts';
import type { ModeratorRules } from './policy.ts';
import { defaultRules, toRules } from './rules.ts';
import { type Settings, settingsSchema } from './schema.ts';

/** How many changes `history` shows. */
const SHOWN_CHANGES = 25;

const json = z.string().transform((text): unknown => JSON.parse(text));
const changesColumn = json.pipe(z.array(changeSchema));
const settingsColumn = json.pipe(settingsSchema);

/** A server's settings as they are stored. */
export interface GuildSettings extends ModeratorRules {
  /** Increased with every change; 0 if none was made. */
  readonly revision: number;
}

export interface HistoryEntry {
  readonly revision: number;
  readonly byId: string;
  readonly atMs: number;
  readonly changes: readonly Change[];
}

/** Stores servers' settings, and caches those that were read. */
export class SettingsStore {
  readonly #database: Database;
  readonly #held = new Map<string, GuildSettings>();
  readonly #loading = new Map<string, Promise<GuildSettings>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** A server's cached settings; undefined until `load` has read them. */
  get(guildId: string): GuildSettings | undefined {
    return this.#held.get(guildId);
  }

  /** A server's settings. @throws ZodError when this release can't read them */
  async load(guildId: string): Promise<GuildSettings> {
    const held = this.#held.get(guildId);
    if (held) return held;
    const loading = this.#loading.get(guildId) ?? this.#read(guildId).finally(() => this.#loading.delete(guildId));
    this.#loading.set(guildId, loading);
    return loading;
  }

  /**
   * Changes a server's settings, and records the change in the history. Concurrent changes are applied one after the other.
   * @param edit returns the new settings; may be called again with newer ones. If it throws, nothing is changed
   * @returns the new settings and the differences; without any, nothing is stored
   * @throws ZodError when the new settings are not allowed
   */
  async change(
    guildId: string,
    byId: string,
    edit: (settings: Settings) => Settings,
  ): Promise<{ now: GuildSettings; changes: readonly Change[] }> {
    let current = await this.load(guildId);
    for (;;) {
      const settings = settingsSchema.parse(edit(current.settings));
      const changes = findChanges(current.settings, settings);
      if (changes.length === 0) return { now: current, changes };
      const next = { ...toRules(settings), revision: current.revision + 1 };
      if (await this.#replace(guildId, next, byId, changes)) return { now: this.#hold(guildId, next), changes };
      // Another change was stored first: repeat with its result.
      current = await this.#read(guildId);
    }
  }

  /** The last 25 changes, the latest first. */
  async history(guildId: string): Promise<HistoryEntry[]> {
    const rows = await this.#database.db
      .selectFrom('settings_history')
      .selectAll()
      .where('guild_id', '=', guildId)
      .orderBy('revision', 'desc')
      .limit(SHOWN_CHANGES)
      .execute();
    return rows.map((row) => ({
      revision: row.revision,
      byId: row.changed_by,
      atMs: row.changed_at,
      changes: changesColumn.parse(row.changes),
    }));
  }

  /** The servers that have settings. */
  async guildIds(): Promise<string[]> {
    const rows = await this.#database.db.selectFrom('guild_settings').select('guild_id').execute();
    return rows.map((row) => row.guild_id);
  }

  /** When a server's settings were last changed. */
  async lastUse(guildId: string): Promise<number | undefined> {
    const row = await this.#database.db
      .selectFrom('settings_history')
      .select('changed_at')
      .where('guild_id', '=', guildId)
      .orderBy('revision', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.changed_at;
  }

  /** Removes a server's settings and their history. @returns how many settings rows were removed: 0 or 1 */
  async eraseGuild(guildId: string): Promise<number> {
    const { numDeletedRows } = await this.#database.write(async (db) => {
      await db.deleteFrom('settings_history').where('guild_id', '=', guildId).execute();
      return db.deleteFrom('guild_settings').where('guild_id', '=', guildId).executeTakeFirstOrThrow();
    });
    this.#held.delete(guildId);
    return Number(numDeletedRows);
  }

  async #read(guildId: string): Promise<GuildSettings> {
    const row = await this.#database.db
      .selectFrom('guild_settings')
      .selectAll()
      .where('guild_id', '=', guildId)
      .executeTakeFirst();
    if (!row) return this.#hold(guildId, { ...defaultRules, revision: 0 });
    const held = this.#held.get(guildId);
    if (held?.revision === row.revision) return held;
    const settings = settingsColumn.parse(row.settings);
    return this.#hold(guildId, { ...toRules(settings), revision: row.revision });
  }

  /** Caches settings, unless a newer revision was cached while they were read. */
  #hold(guildId: string, settings: GuildSettings): GuildSettings {
    const held = this.#held.get(guildId);
    if (held && held.revision > settings.revision) return held;
    this.#held.set(guildId, settings);
    return settings;
  }

  /** Replaces the settings of the previous revision; false when that is no longer the stored one. */
  async #replace(
    guildId: string,
    { settings, revision }: GuildSettings,
    byId: string,
    changes: readonly Change[],
  ): Promise<boolean> {
    const columns = { version: settings.version, revision, settings: JSON.stringify(settings) };
    return this.#database.write(async (db) => {
      const row =
        revision === 1
          ? await db
              .insertInto('guild_settings')
              .values({ guild_id: guildId, ...columns })
              .onConflict((conflict) => conflict.doNothing())
              .returning('revision')
              .executeTakeFirst()
          : await db
              .updateTable('guild_settings')
              .set(columns)
              .where('guild_id', '=', guildId)
              .where('revision', '=', revision - 1)
              .returning('revision')
              .executeTakeFirst();
      if (!row) return false;
      await db
        .insertInto('settings_history')
        .values({
          guild_id: guildId,
          revision,
          changed_by: byId,
          changed_at: now(),
          changes: JSON.stringify(changes),
        })
        .execute();
      return true;
    });
  }
}
