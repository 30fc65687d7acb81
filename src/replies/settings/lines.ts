import type { Settings } from '../../settings/schema.ts';
import { settingLine } from '../format.ts';
import { SINGLE_SETTINGS, type SingleSetting } from './words.ts';

function valueAt(settings: Settings, setting: SingleSetting): unknown {
  let value: unknown = settings;
  // True: whatever is no object has no such key.
  for (const key of setting.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value;
}

/** A line for each of these settings. */
export function settingLines(settings: Settings, names: readonly SingleSetting[]): string[] {
  return names.map((setting) => {
    const { name, words } = SINGLE_SETTINGS[setting];
    return settingLine(name, words(valueAt(settings, setting)));
  });
}
