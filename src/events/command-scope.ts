import { type APIApplicationCommand, ApplicationCommandType, type REST, Routes } from 'discord.js';
import { registrations } from '../commands/index.ts';

/** Where commands are registered: each scope has a list of its own. */
export interface CommandScope {
  readonly applicationId: string;
  /** Undefined: globally, for all servers and direct messages. */
  readonly guildId: string | undefined;
}

export function routeOf({ applicationId, guildId }: CommandScope): `/${string}` {
  return guildId === undefined
    ? Routes.applicationCommands(applicationId)
    : Routes.applicationGuildCommands(applicationId, guildId);
}

const WITH_LOCALIZATIONS = new URLSearchParams({ with_localizations: 'true' });

/** Fetches all commands of the application in a scope. */
export async function listCommands(rest: REST, scope: CommandScope): Promise<APIApplicationCommand[]> {
  // Safe cast: this route answers with a list of commands, with localizations only if requested.
  return (await rest.get(routeOf(scope), { query: WITH_LOCALIZATIONS })) as APIApplicationCommand[];
}

/** Whether a registered command has the name and type of one of ours. */
export function isOurs({ name, type }: APIApplicationCommand): boolean {
  return registrations.some((our) => our.name === name && (our.type ?? ApplicationCommandType.ChatInput) === type);
}
