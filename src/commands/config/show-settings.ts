import { SINGLE_SETTINGS, type SingleSetting } from '../../replies/setting-words.ts';
import type { Settings } from '../../settings/schema.ts';

function valueAt(settings: Settings, setting: SingleSetting): unknown {
  let value: unknown = settings;
  // True: whatever is no object has no such key.
  for (const key of setting.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value;
}

/** A setting and what it is set to; what moderators have set stands out from what is default. */
export function settingLine(name: string, words: string): string {
  return words.endsWith('(default)') ? `${name}: ${words}` : `${name}: **${words}**`;
}

/** A line for each of these settings. */
export function settingLines(settings: Settings, names: readonly SingleSetting[]): string[] {
  return names.map((setting) => {
    const { name, words } = SINGLE_SETTINGS[setting];
    return settingLine(name, words(valueAt(settings, setting)));
  });
}
