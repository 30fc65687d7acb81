import type { APIApplicationCommand, REST } from 'discord.js';
import { type CommandScope, isOurs, listCommands, routeOf } from './command-scope.ts';

/**
 * Removes our commands from a scope, and no others. Admins' settings for them there are lost.
 * @returns those that it removed
 */
export async function removeCommands(rest: REST, scope: CommandScope): Promise<APIApplicationCommand[]> {
  const ours = (await listCommands(rest, scope)).filter(isOurs);
  for (const { id } of ours) await rest.delete(`${routeOf(scope)}/${id}`);
  return ours;
}
