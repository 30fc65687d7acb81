import type { Database } from '../../storage/database.ts';

/**
 * Records since when the bot is no longer in a server. A server that authorized only the commands is never among those that the bot
 * is in, although its members use it: so use counts too.
 */
export class DepartedGuilds {
  readonly #database: Database;
  /** Servers that were missing at the last check, and not used since then. */
  readonly #unused = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Records which of the servers with stored data (`known`) the bot is not in (`present` are those that it is in).
   * @param isOwn for which servers `known` and `present` are complete; records of others stay
   * @returns those that have been missing and unused since before `departedBeforeMs`
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

  /** Restarts the time of a missing server, since it was used. Writes at most once after each check. */
  async noteUse(guildId: string, atMs: number): Promise<void> {
    if (!this.#unused.delete(guildId)) return;
    await this.#database.db
      .updateTable('departed_guilds')
      .set({ noticed_at: atMs })
      .where('guild_id', '=', guildId)
      .execute();
  }
}
