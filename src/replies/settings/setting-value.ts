import type { Texts } from '../../texts/index.ts';

/** What a setting is set to, as moderators read it. */
export interface SettingValue {
  readonly text: string;
  readonly isDefault: boolean;
}

export const custom = (text: string): SettingValue => ({ text, isDefault: false });
export const byDefault = (text: string): SettingValue => ({ text, isDefault: true });

/** The value, marked as the default if it is. */
export function valueText({ text, isDefault }: SettingValue, { settings }: Texts): string {
  return isDefault ? settings.byDefault(text) : text;
}

/** A setting and its value; what moderators have set stands out from what is default. */
export function settingLine(label: string, value: SettingValue, texts: Texts): string {
  return `${label}: ${value.isDefault ? valueText(value, texts) : `**${value.text}**`}`;
}
