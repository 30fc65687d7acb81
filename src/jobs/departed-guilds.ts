import type { Database } from '../storage/database.ts';

/** Remembers since when the bot is no longer in a server. */
export class DepartedGuilds {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Notes which of the servers that we have something of, `known`, are not among those that the bot is in, `present`.
   * @param isOwn the servers of which this is known; what is noted of others stays
   * @returns those that have been missing since before `departedBeforeMs`
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
}
