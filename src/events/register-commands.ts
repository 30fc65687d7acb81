import { isDeepStrictEqual } from 'node:util';
import { type REST, Routes } from 'discord.js';
import { commands } from '../commands/index.ts';
import type { Log } from '../log.ts';
import { wait } from '../time.ts';

const TRIES = 5;

/** Whether Discord's copy of a command says all that ours says; it adds ids and defaults of its own. */
function says(theirs: unknown, ours: unknown): boolean {
  if (Array.isArray(ours)) {
    return (
      Array.isArray(theirs) && theirs.length === ours.length && ours.every((item, index) => says(theirs[index], item))
    );
  }
  if (typeof ours !== 'object' || ours === null) return isDeepStrictEqual(theirs, ours);
  if (typeof theirs !== 'object' || theirs === null) return false;
  return Object.entries(ours).every(([key, value]) => {
    const copy: unknown = Reflect.get(theirs, key);
    // Discord leaves out what is false by default.
    return value === undefined || says(copy ?? (value === false ? false : copy), value);
  });
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
  // Contexts and installation types exist for global commands only.
  const ours = commands.map(({ data: { contexts, integration_types, ...data } }) =>
    guildId === undefined ? { ...data, contexts, integration_types } : data,
  );
  for (let attempt = 1; ; attempt += 1) {
    try {
      const theirs = await rest.get(route);
      const isSame =
        Array.isArray(theirs) &&
        theirs.length === ours.length &&
        ours.every((own) => theirs.some((their) => says(their, own)));
      if (isSame) return;
      await rest.put(route, { body: ours });
      log.info({ commands: ours.map(({ name }) => name) }, 'commands registered');
      return;
    } catch (error) {
      log.error({ err: error, attempt }, 'the commands were not registered');
      if (attempt === TRIES) return;
      await wait(2 ** attempt * 1_000);
    }
  }
}
