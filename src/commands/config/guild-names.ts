import { type APIGuildChannel, type APIRole, ChannelType, type REST, Routes } from 'discord.js';
import { withTimeout } from '../../time.ts';

/** Discord takes choices within 3 s; without an answer by then, ids have to do. */
const PATIENCE_MS = 1_500;

/** Asks Discord for a list of a server's things, whatever they are called now. @returns an empty map when it doesn't answer in time */
async function namesOf<Named extends { id: string }>(
  rest: REST,
  route: `/${string}`,
  toName: (named: Named) => string,
): Promise<ReadonlyMap<string, string>> {
  try {
    const found = await withTimeout(
      PATIENCE_MS,
      () => new Error('Discord did not name them in time.'),
      // True: the callers below know what their route answers with.
      async (signal) => (await rest.get(route, { signal })) as Named[],
    );
    return new Map(found.map((named) => [named.id, toName(named)]));
  } catch {
    // Whatever the reason: names only make choosing easier.
    return new Map();
  }
}

/** The names of a server's roles by id, `@everyone` among them. Empty when Discord doesn't tell within 1.5 s. */
export function roleNames(rest: REST, guildId: string): Promise<ReadonlyMap<string, string>> {
  return namesOf<APIRole>(rest, Routes.guildRoles(guildId), ({ name }) => name);
}

/** The names of a server's channels (`#art`) and categories (`studio (category)`) by id. Empty when Discord doesn't tell within 1.5 s. */
export function channelNames(rest: REST, guildId: string): Promise<ReadonlyMap<string, string>> {
  return namesOf<APIGuildChannel>(rest, Routes.guildChannels(guildId), ({ name, type }) =>
    type === ChannelType.GuildCategory ? `${name} (category)` : `#${name}`,
  );
}
