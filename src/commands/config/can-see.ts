import { type APIGuildChannel, type APIRole, PermissionFlagsBits } from 'discord.js';
import type { GuildInvoker } from './subcommand.ts';

const { Administrator, ViewChannel } = PermissionFlagsBits;

/**
 * Whether a member sees a channel of their server, whatever channel they used the command in.
 * @param roles all of the server
 * @see https://discord.com/developers/docs/topics/permissions#permission-overwrites
 */
export function canSee(
  { permission_overwrites: overwrites = [] }: Pick<APIGuildChannel, 'permission_overwrites'>,
  roles: readonly Pick<APIRole, 'id' | 'permissions'>[],
  { userId, guildId, roleIds }: Pick<GuildInvoker, 'userId' | 'guildId' | 'roleIds'>,
): boolean {
  // The id of @everyone is that of the server.
  const own = roles.filter((role) => role.id === guildId || roleIds.includes(role.id));
  const bits = own.reduce((all, { permissions }) => all | BigInt(permissions), 0n);
  if ((bits & Administrator) !== 0n) return true;
  let sees = (bits & ViewChannel) !== 0n;
  // The later ones win: for everyone, for roles, for the member.
  for (const ids of [[guildId], roleIds, [userId]]) {
    const layer = overwrites.filter((overwrite) => ids.includes(overwrite.id));
    if (layer.some(({ deny }) => (BigInt(deny) & ViewChannel) !== 0n)) sees = false;
    if (layer.some(({ allow }) => (BigInt(allow) & ViewChannel) !== 0n)) sees = true;
  }
  return sees;
}
