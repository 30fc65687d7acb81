import { type APIGuild, type REST, Routes } from 'discord.js';

/** Discord's largest page. */
const PAGE = 200;

/** The ids of all servers that the bot is in. Needs no gateway intent, and sees what changed while the bot was offline. */
export async function listGuilds(rest: REST): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let after = '0'; ; ) {
    const query = new URLSearchParams({ limit: String(PAGE), after });
    // Safe cast: this route answers with a list of partial guilds.
    const page = (await rest.get(Routes.userGuilds(), { query })) as Pick<APIGuild, 'id'>[];
    for (const { id } of page) ids.add(id);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return ids;
    after = last.id;
  }
}
