import { isDeepStrictEqual } from 'node:util';
import { type APIApplicationCommand, ApplicationCommandType, type REST, Routes } from 'discord.js';
import { commands } from '../commands/index.ts';
import type { Log } from '../log.ts';
import { wait } from '../time.ts';

const TRIES = 5;
const WITH_LOCALIZATIONS = new URLSearchParams({ with_localizations: 'true' });

/** What Discord adds to a command of its own accord. @see https://discord.com/developers/docs/interactions/application-commands#application-command-object */
const ADDITIONS = new Set(['id', 'application_id', 'version', 'guild_id', 'dm_permission', 'default_permission']);
/** What exists for global commands only. */
const GLOBAL_ONLY = new Set(['contexts', 'integration_types']);

/** A part of a command without what holds anyway: Discord leaves out some of it, and spells out the rest. */
function withoutDefaults(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutDefaults);
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).filter(([, value]) => value !== undefined && value !== null && value !== false);
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutDefaults(value)]));
}

/** A command as ours and Discord's copy of it both have it, if they say the same. */
function essence(command: object, isGlobal: boolean): unknown {
  const entries = Object.entries(command).filter(([key]) => !ADDITIONS.has(key) && (isGlobal || !GLOBAL_ONLY.has(key)));
  return withoutDefaults({ type: ApplicationCommandType.ChatInput, ...Object.fromEntries(entries) });
}

/**
 * Registers the commands in one go, and only when Discord's list differs: there are 200 creations a day, and dropping or
 * renaming a command deletes the overrides that admins made for it.
 * @param guildId for development: there alone, at once
 */
export async function registerCommands(
  rest: REST,
  { applicationId, guildId, log }: { applicationId: string; guildId: string | undefined; log: Log },
): Promise<void> {
  const route =
    guildId === undefined
      ? Routes.applicationCommands(applicationId)
      : Routes.applicationGuildCommands(applicationId, guildId);
  const isGlobal = guildId === undefined;
  const ours = commands.map(({ data }) =>
    isGlobal ? data : Object.fromEntries(Object.entries(data).filter(([key]) => !GLOBAL_ONLY.has(key))),
  );
  for (let attempt = 1; ; attempt += 1) {
    try {
      // True: this route answers with a list of commands; their localizations only come when asked for.
      const theirs = (await rest.get(route, { query: WITH_LOCALIZATIONS })) as APIApplicationCommand[];
      const isSame =
        theirs.length === ours.length &&
        ours.every((own) =>
          theirs.some((their) => isDeepStrictEqual(essence(their, isGlobal), essence(own, isGlobal))),
        );
      if (isSame) return;
      await rest.put(route, { body: ours });
      log.info({ commands: commands.map(({ data }) => data.name) }, 'commands registered');
      return;
    } catch (error) {
      log.error({ err: error, attempt }, 'the commands were not registered');
      if (attempt === TRIES) return;
      await wait(2 ** attempt * 1_000);
    }
  }
}
