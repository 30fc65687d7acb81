import { isDeepStrictEqual } from 'node:util';
import { type APIApplicationCommand, ApplicationCommandType, type REST } from 'discord.js';
import type { Registration } from '../commands/index.ts';
import { type CommandScope, routeOf } from './command-scope.ts';

/** What Discord adds to a command. @see https://discord.com/developers/docs/interactions/application-commands#application-command-object */
const ADDITIONS = new Set(['id', 'application_id', 'version', 'guild_id', 'dm_permission', 'default_permission']);
/** Fields of global commands only. */
const GLOBAL_ONLY = new Set(['contexts', 'integration_types']);

/** What stands for the absence of a value: the description of a menu is an empty text. */
const DEFAULTS: ReadonlySet<unknown> = new Set([undefined, null, false, '']);

/** A part of a command without default values: Discord omits some of them, and spells out others. */
function withoutDefaults(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutDefaults);
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).filter(([, value]) => !DEFAULTS.has(value));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutDefaults(value)]));
}

/** A command as it was sent to Discord. */
function withoutAdditions(command: object): object {
  return Object.fromEntries(Object.entries(command).filter(([key]) => !ADDITIONS.has(key)));
}

/** A form in which our command and Discord's copy of it are equal if they mean the same. */
function normalize(command: object, isGlobal: boolean): unknown {
  const entries = Object.entries(withoutAdditions(command)).filter(([key]) => isGlobal || !GLOBAL_ONLY.has(key));
  return withoutDefaults({ type: ApplicationCommandType.ChatInput, ...Object.fromEntries(entries) });
}

/** The command that opens the application's Activity: it isn't ours, and Discord refuses a list without it (50240). */
function isEntryPoint({ type }: APIApplicationCommand): boolean {
  return type === ApplicationCommandType.PrimaryEntryPoint;
}

/**
 * Registers all commands at once, and only if Discord's list differs: 200 creations a day are allowed, and dropping or renaming
 * a command deletes the overrides that admins made for it.
 * @param registrations the commands
 * @param present Discord's list for that scope
 * @returns whether it differed
 */
export async function registerCommands(
  rest: REST,
  scope: CommandScope,
  registrations: readonly Registration[],
  present: readonly APIApplicationCommand[],
): Promise<boolean> {
  const isGlobal = scope.guildId === undefined;
  const ours = registrations.map((command) =>
    isGlobal ? command : Object.fromEntries(Object.entries(command).filter(([key]) => !GLOBAL_ONLY.has(key))),
  );
  const kept = present.filter(isEntryPoint);
  const theirs = present.filter((command) => !isEntryPoint(command));
  const isSame =
    theirs.length === ours.length &&
    ours.every((own) =>
      theirs.some((their) => isDeepStrictEqual(normalize(their, isGlobal), normalize(own, isGlobal))),
    );
  if (isSame) return false;
  await rest.put(routeOf(scope), { body: [...ours, ...kept.map(withoutAdditions)] });
  return true;
}
