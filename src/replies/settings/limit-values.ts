import { LIMITS, type LimitName, NO_LIMIT } from '../../settings/limits.ts';
import type { Texts } from '../../texts/index.ts';
import { byDefault, custom, type SettingValue } from './setting-value.ts';

/** What a limit is set to, such as `30 s`, `no limit` or `0 (blocked)`. */
export function limitText(name: LimitName, value: number, { format, settings }: Texts): string {
  if (LIMITS[name].kind === 'cooldown') return value <= 0 ? settings.none : format.duration(value);
  if (value === NO_LIMIT) return settings.noLimit;
  return value === 0 ? settings.blocked(format.number(value)) : format.number(value);
}

/** What applies to everyone. @param value undefined where nobody has set it */
export function everyoneLimit(name: LimitName, value: number | undefined, texts: Texts): SettingValue {
  return value === undefined
    ? byDefault(limitText(name, LIMITS[name].default, texts))
    : custom(limitText(name, value, texts));
}

/** A limit with its value, as `Max steps: 40`. */
export function labelledLimit(name: LimitName, value: number, texts: Texts): string {
  return `${texts.limits[name].label}: ${limitText(name, value, texts)}`;
}
