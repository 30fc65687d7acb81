import type { Channel, Member, Role } from './types.ts';

/** @see https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags */
export const PERMISSIONS = {
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
  useExternalEmojis: 1n << 18n,
  useApplicationCommands: 1n << 31n,
  manageThreads: 1n << 34n,
  sendMessagesInThreads: 1n << 38n,
  moderateMembers: 1n << 40n,
} as const;

/** Bits 0 to 52, except the unused bit 47. */
const ALL_PERMISSIONS = ((1n << 53n) - 1n) & ~(1n << 47n);

const { administrator, mentionEveryone, manageGuild, manageMessages, manageThreads, moderateMembers, ...ordinary } =
  PERMISSIONS;

/** The permissions of `@everyone` in a new server. */
export const EVERYONE_PERMISSIONS = Object.values(ordinary).reduce((all, bit) => all | bit, 0n);

/** The permissions in the invite link of an image bot. */
export const BOT_PERMISSIONS =
  PERMISSIONS.viewChannel |
  PERMISSIONS.sendMessages |
  PERMISSIONS.embedLinks |
  PERMISSIONS.attachFiles |
  PERMISSIONS.readMessageHistory |
  PERMISSIONS.sendMessagesInThreads;

/** `app_permissions` in a direct message: embeds, files, everyone mentions, external emojis. */
export const DIRECT_MESSAGE_PERMISSIONS =
  PERMISSIONS.embedLinks | PERMISSIONS.attachFiles | mentionEveryone | PERMISSIONS.useExternalEmojis;

/**
 * Computes a member's permissions in a channel: from the roles, then the overwrites for everyone, for roles and for the member.
 * @param overwritten the channel whose overwrites count: for a thread, its parent
 * @see https://discord.com/developers/docs/topics/permissions#permission-overwrites
 */
export function permissionsIn(everyone: Role, member: Member, overwritten: Channel, isOwner: boolean): bigint {
  let bits = member.roles.reduce((all, role) => all | role.permissions, everyone.permissions);
  if (isOwner || (bits & administrator) !== 0n) return ALL_PERMISSIONS;
  const roleIds = new Set(member.roles.map((role) => role.id));
  const layers = [
    overwritten.overwrites.filter(({ type, id }) => type === 'role' && id === everyone.id),
    overwritten.overwrites.filter(({ type, id }) => type === 'role' && roleIds.has(id)),
    overwritten.overwrites.filter(({ type, id }) => type === 'member' && id === member.user.id),
  ];
  for (const layer of layers) {
    for (const overwrite of layer) bits &= ~overwrite.deny;
    for (const overwrite of layer) bits |= overwrite.allow;
  }
  return bits;
}
