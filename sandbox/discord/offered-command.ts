import { COMMAND } from './command-types.ts';
import { isThread } from './guild.ts';
import { PERMISSIONS } from './permissions.ts';
import type { State } from './state.ts';
import type { ApplicationCommand, Channel, User } from './types.ts';

const CONTEXT = { guild: 0, botDm: 1 } as const;

/** A kind of command, as the client shows its name. */
const KINDS = {
  [COMMAND.chatInput]: (name: string) => `/${name}`,
  [COMMAND.message]: (name: string) => `menu command ${name}`,
};

/**
 * Finds a slash command, or a command in the menus of messages, that a member's client offers in a channel.
 * @throws Error that says why it isn't offered
 */
export function offeredCommand(
  state: State,
  user: User,
  channel: Channel,
  type: keyof typeof KINDS,
  name: string,
): ApplicationCommand {
  const shown = KINDS[type](name);
  const { world } = state;
  const guild = world.guildOf(channel);
  if (guild && !guild.hasCommands) throw new Error('the bot is not in this server');
  if (!world.canView(user, channel)) throw new Error(`${user.username} can't see #${channel.name}`);
  const command = state.commands.find(type, name, channel.guildId);
  if (!command) throw new Error(`there is no ${type === COMMAND.chatInput ? 'command ' : ''}${shown}`);
  const context = guild ? CONTEXT.guild : CONTEXT.botDm;
  if (command.contexts && !command.contexts.includes(context)) throw new Error(`${shown} is not offered here`);
  if (!guild) return command;
  const permissions = guild.permissions(user, channel);
  if ((permissions & PERMISSIONS.useApplicationCommands) === 0n) {
    throw new Error(`${user.username} may not use commands in #${channel.name}`);
  }
  // Not documented, but so. @see https://github.com/discord/discord-api-docs/issues/6761
  const send = isThread(channel) ? PERMISSIONS.sendMessagesInThreads : PERMISSIONS.sendMessages;
  if (type === COMMAND.message && (permissions & send) === 0n) {
    throw new Error(`${user.username} may not send messages in #${channel.name}, which menus need`);
  }
  if (!mayUse(command, permissions)) throw new Error(`${user.username} lacks the permissions for ${shown}`);
  if (command.nsfw && !guild.isAgeRestricted(channel)) throw new Error(`${shown} needs an age-restricted channel`);
  return command;
}

/** A member needs all bits. "0" restricts a command to administrators. */
function mayUse(command: ApplicationCommand, permissions: bigint): boolean {
  if ((permissions & PERMISSIONS.administrator) !== 0n) return true;
  if (command.default_member_permissions === null) return true;
  const needed = BigInt(command.default_member_permissions);
  return needed !== 0n && (permissions & needed) === needed;
}
