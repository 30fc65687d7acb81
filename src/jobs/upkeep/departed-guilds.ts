import type { Database } from '../../storage/database.ts';

/**
 * Remembers since when the bot is no longer in a server, as far as that can be known: a server that authorised only the commands is
 * never among those that the bot is in, and its members use it all the same.
 */
export class DepartedGuilds {
  readonly #database: Database;
  /** Missing at the last look, and not used since then. */
  readonly #unused = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Notes which of the servers that we have something of, `known`, are not among those that the bot is in, `present`.
   * @param isOwn the servers of which this is known; what is noted of others stays
   * @returns those that have been missing, and of whose use `noteUse` has not told, since before `departedBeforeMs`
   */
  async note(
    known: ReadonlySet<string>,
    present: ReadonlySet<string>,
    times: { readonly atMs: number; readonly departedBeforeMs: number },
    isOwn: (guildId: string) => boolean = () => true,
  ): Promise<string[]> {
    return this.#database.write(async (db) => {
      const all = await db.selectFrom('departed_guilds').selectAll().execute();
      const noted = all.filter(({ guild_id }) => isOwn(guild_id));
      for (const { guild_id } of noted) {
        if (present.has(guild_id) || !known.has(guild_id)) {
          await db.deleteFrom('departed_guilds').where('guild_id', '=', guild_id).execute();
        }
      }
      const missing = [...known].filter((guildId) => !present.has(guildId));
      this.#unused.clear();
      for (const guildId of missing) this.#unused.add(guildId);
      for (const guildId of missing) {
        await db
          .insertInto('departed_guilds')
          .values({ guild_id: guildId, noticed_at: times.atMs })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      return noted
        .filter(({ guild_id, noticed_at }) => missing.includes(guild_id) && noticed_at < times.departedBeforeMs)
        .map(({ guild_id }) => guild_id);
    });
  }

  /** Begins the time of a server that is missing anew: somebody there has used the bot. Writes at most once after each look. */
  async noteUse(guildId: string, atMs: number): Promise<void> {
    if (!this.#unused.delete(guildId)) return;
    await this.#database.db
      .updateTable('departed_guilds')
      .set({ noticed_at: atMs })
      .where('guild_id', '=', guildId)
      .execute();
  }
}
