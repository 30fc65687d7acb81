import { isModerator } from '../settings/permissions.ts';
import { defaultSettings } from '../settings/schema.ts';
import type { CommandContext } from './command.ts';
import type { Press } from './press.ts';

/** Whether who pressed is a moderator there, by what Discord said with this very press, and by the roles that administrators named. */
export async function isModeratorHere(
  press: Press,
  { admission }: Pick<CommandContext, 'admission'>,
): Promise<boolean> {
  if (press.guildId === undefined) return false;
  // Whose permissions say it needs no settings, which may not be loaded.
  if (isModerator(press, defaultSettings)) return true;
  const rules = await admission.rules(press.guildId);
  return rules !== undefined && isModerator(press, rules.settings);
}
