import type { Database } from './contract.ts';

/** Stores in which servers commands were registered for that server only, so that they can be removed when the setting changes. */
export class CommandGuilds {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(applicationId: string): Promise<string[]> {
    const rows = await this.#database.db
      .selectFrom('command_guilds')
      .select('guild_id')
      .where('application_id', '=', applicationId)
      .execute();
    return rows.map(({ guild_id }) => guild_id);
  }

  async add(applicationId: string, guildId: string): Promise<void> {
    await this.#database.db
      .insertInto('command_guilds')
      .values({ application_id: applicationId, guild_id: guildId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async remove(applicationId: string, guildId: string): Promise<void> {
    await this.#database.db
      .deleteFrom('command_guilds')
      .where('application_id', '=', applicationId)
      .where('guild_id', '=', guildId)
      .execute();
  }
}
