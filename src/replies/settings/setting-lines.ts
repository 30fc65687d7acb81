import type { Settings } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';
import { settingLine } from './setting-value.ts';
import { type SingleSettingName, singleSettings } from './single-settings.ts';

function valueAt(settings: Settings, name: SingleSettingName): unknown {
  let value: unknown = settings;
  // Safe cast: whatever is no object has no such key.
  for (const key of name.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value;
}

/** A line for each of these settings. */
export function settingLines(settings: Settings, names: readonly SingleSettingName[], texts: Texts): string[] {
  const all = singleSettings(texts);
  return names.map((name) => settingLine(all[name].label, all[name].value(valueAt(settings, name)), texts));
}
