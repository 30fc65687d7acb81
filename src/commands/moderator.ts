import { isModerator } from '../settings/permissions.ts';
import { defaultSettings } from '../settings/schema.ts';
import { type Invoker, rulesInTime } from './invoker.ts';

/** Whether the invoker is a moderator there, by what Discord said with this very interaction, and by the roles that administrators named. */
export async function isModeratorHere(invoker: Invoker): Promise<boolean> {
  if (invoker.guildId === undefined) return false;
  // Whose permissions say it needs no settings, which may not be loaded.
  if (isModerator(invoker, defaultSettings)) return true;
  const rules = await rulesInTime(invoker);
  return rules !== undefined && isModerator(invoker, rules.settings);
}
