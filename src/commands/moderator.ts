import { type BaseInteraction, PermissionFlagsBits } from 'discord.js';

const MODERATOR_PERMISSIONS = [
  PermissionFlagsBits.ModerateMembers,
  PermissionFlagsBits.ManageGuild,
  PermissionFlagsBits.Administrator,
];

/** Whether who pressed is a moderator there, by what Discord said with this very interaction: nothing cached, nothing stale. */
export function isModerator(interaction: BaseInteraction): boolean {
  return MODERATOR_PERMISSIONS.some((permission) => interaction.memberPermissions?.has(permission) ?? false);
}
