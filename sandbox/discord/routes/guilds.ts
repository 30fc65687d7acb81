import { ApiError } from '../errors.ts';
import { type Guild, isThread } from '../guild.ts';
import { type Route, type RouteRequest, snowflakeParam } from '../routing.ts';
import type { State } from '../state.ts';
import { channelOnWire, memberOnWire, roleOnWire } from '../wire.ts';

/** The routes of servers that any member bot can use, regardless of its permissions. */
export function guildRoutes(state: State): Route[] {
  const authorization = 'bot';
  const reads = { limit: 50, windowMs: 1_000 };
  return [
    {
      method: 'GET',
      path: '/guilds/:guild/roles',
      authorization,
      bucket: { ...reads, name: 'guild roles' },
      handle: (request) => ({ status: 200, body: findOwnGuild(state, request).roles.map(roleOnWire) }),
    },
    {
      method: 'GET',
      path: '/guilds/:guild/channels',
      authorization,
      bucket: { ...reads, name: 'guild channels' },
      handle: (request) => {
        const present = findOwnGuild(state, request).channels.filter(({ deleted }) => !deleted);
        // Threads are listed elsewhere. @see https://discord.com/developers/docs/resources/guild#get-guild-channels
        return { status: 200, body: present.filter((channel) => !isThread(channel)).map(channelOnWire) };
      },
    },
    {
      method: 'GET',
      path: '/guilds/:guild/members/:user',
      authorization,
      bucket: { ...reads, name: 'guild member' },
      handle: (request) => {
        const member = findOwnGuild(state, request).members.get(snowflakeParam(request, 'user'));
        if (!member) throw new ApiError('unknownMember');
        return { status: 200, body: memberOnWire(member) };
      },
    },
  ];
}

/** @throws ApiError 10004 for a guild that doesn't exist, 50001 for one that the bot isn't in */
function findOwnGuild(state: State, request: RouteRequest): Guild {
  const guild = state.world.findGuild(snowflakeParam(request, 'guild'));
  if (!guild) throw new ApiError('unknownGuild');
  if (!guild.hasBot) throw new ApiError('missingAccess');
  return guild;
}
