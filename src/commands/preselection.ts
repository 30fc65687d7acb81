import { LOAD_TIMEOUT_MS } from '../settings/admission.ts';
import type { Preferences } from '../settings/preferences.ts';
import type { Settings } from '../settings/schema.ts';
import type { Style } from '../styles/style.ts';
import { within } from '../time.ts';
import type { CommandContext } from './command.ts';
import { defaultsFor, isPrivateByDefault, type LimitedDefaults } from './defaults.ts';
import { type Invoker, rulesInTime } from './invoker.ts';

/** What a request has where the member gives nothing. */
export interface Preselection extends LimitedDefaults {
  /** Default: everyone sees the image. */
  readonly isPrivate?: boolean;
  readonly style?: Style | undefined;
}

interface Choices {
  readonly settings: Settings;
  readonly own: Preferences;
}

/** What a server and a member have set; undefined when the database doesn't answer within a second. @throws what it throws */
export async function loadChoices(
  { preferences }: Pick<CommandContext, 'preferences'>,
  invoker: Invoker,
): Promise<Choices | undefined> {
  const [rules, own] = await Promise.all([
    rulesInTime(invoker),
    within(LOAD_TIMEOUT_MS, preferences.loadForUse(invoker.userId)),
  ]);
  return rules && own && { settings: rules.settings, own };
}

/** What a member gets here for what they leave out: the style's, their own, the server's, or the model's. */
export function preselect(
  { settings, own }: Choices,
  { guildId, roleIds }: Pick<Invoker, 'guildId' | 'roleIds'>,
  style?: Style,
): Required<Preselection> {
  const presets = [...(style ? [style.parameters] : []), own.defaults];
  return { ...defaultsFor(settings, roleIds, presets), isPrivate: isPrivateByDefault(own, guildId), style };
}
