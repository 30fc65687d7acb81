import type { ButtonPolicy, Settings } from './schema.ts';

/** @see https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags */
const ADMINISTRATOR = 1n << 3n;
const MANAGE_GUILD = 1n << 5n;
const MODERATE_MEMBERS = 1n << 40n;

/** A member of a server, from the interaction's payload. */
export interface ServerMember {
  readonly userId: string;
  readonly roleIds: readonly string[];
  /** The permission bits in the channel; Discord sets all of them for owners and administrators. */
  readonly permissions: bigint;
}

/** Whether the member may add and remove moderator roles. */
export function isAdministrator({ permissions }: Pick<ServerMember, 'permissions'>): boolean {
  return (permissions & ADMINISTRATOR) !== 0n;
}

/** Whether only administrators may see and change the setting with this path. */
export function isForAdministrators(setting: string): boolean {
  return setting.split('.')[0] === 'moderatorRoleIds';
}

/** Whether the member may change settings and use every button: by permission, or by a moderator role. */
export function isModerator({ permissions, roleIds }: Omit<ServerMember, 'userId'>, settings: Settings): boolean {
  if ((permissions & (ADMINISTRATOR | MANAGE_GUILD | MODERATE_MEMBERS)) !== 0n) return true;
  return settings.moderatorRoleIds.some((roleId) => roleIds.includes(roleId));
}

/** Whether the member may use this button on the image of `requesterId`. */
export function mayUseButton(
  button: 'reroll' | 'newSeed' | 'delete',
  member: ServerMember,
  requesterId: string,
  settings: Settings,
): boolean {
  if (isModerator(member, settings)) return true;
  const policy: ButtonPolicy = settings.buttons[button];
  switch (policy.who) {
    case 'anyone':
      return true;
    case 'requester':
      return member.userId === requesterId;
    case 'role':
      return member.roleIds.includes(policy.roleId);
    default:
      return policy satisfies never;
  }
}
