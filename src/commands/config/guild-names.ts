import { type APIGuildChannel, type APIRole, type REST, Routes } from 'discord.js';
import { isAdministrator } from '../../settings/permissions.ts';
import { withTimeout } from '../../time.ts';
import { canSee } from './can-see.ts';
import type { GuildInvoker } from './subcommand.ts';

/** Discord takes choices within 3 s; without an answer by then, ids have to do. */
const NAMES_TIMEOUT_MS = 1_500;

type Names = ReadonlyMap<string, string>;

/** Asks Discord for a list of a server's roles or channels, as they are now. @returns an empty one when it doesn't answer in time */
async function list<Item>(rest: REST, route: `/${string}`): Promise<readonly Item[]> {
  try {
    return await withTimeout(
      NAMES_TIMEOUT_MS,
      () => new Error('Discord did not send the names in time.'),
      // Safe cast: the callers below know what their route answers with.
      async (signal) => (await rest.get(route, { signal })) as Item[],
    );
  } catch {
    // Whatever the reason: names only make choosing easier.
    return [];
  }
}

const listRoles = (rest: REST, guildId: string) => list<APIRole>(rest, Routes.guildRoles(guildId));
const listChannels = (rest: REST, guildId: string) => list<APIGuildChannel>(rest, Routes.guildChannels(guildId));

/** The names of a server's roles by id, `@everyone` among them. Empty when Discord doesn't answer within 1.5 s. */
export async function roleNames(rest: REST, guildId: string): Promise<Names> {
  return new Map((await listRoles(rest, guildId)).map(({ id, name }) => [id, name]));
}

/**
 * The names of a server's channels and categories by id. Don't show them: some may be hidden from the moderator. Empty when Discord
 * doesn't answer within 1.5 s.
 */
export async function channelNames(rest: REST, guildId: string): Promise<Names> {
  return new Map((await listChannels(rest, guildId)).map(({ id, name }) => [id, name]));
}

/** The channels and categories that the invoker can see: Discord lists all to the bot. Empty as `channelNames`. */
export async function visibleChannels(rest: REST, invoker: GuildInvoker): Promise<readonly APIGuildChannel[]> {
  const { guildId } = invoker;
  if (isAdministrator(invoker)) return listChannels(rest, guildId);
  const [roles, channels] = await Promise.all([listRoles(rest, guildId), listChannels(rest, guildId)]);
  return channels.filter((channel) => canSee(channel, roles, invoker));
}
