import { PARAMETERS, SAMPLING_LIST, type SamplingName, type SamplingParameter } from '../../segmind/parameters.ts';
import { isRecord } from '../../settings/changes.ts';
import { NO_LIMIT } from '../../settings/limits.ts';
import type { ButtonPolicy } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';
import { escaped } from '../escape.ts';
import { absoluteTime } from '../facts.ts';
import { mention, quoted, rawValue } from '../format.ts';
import { byDefault, custom, type SettingValue } from './setting-value.ts';

/** The longest name of a size or scheduler. */
const NAME_LENGTH = 100;

const USUAL_SIZE = `${PARAMETERS.width.default}x${PARAMETERS.height.default}`;

interface SingleSetting {
  readonly label: string;
  /** @param stored undefined is not set; a newer release may have stored anything */
  readonly value: (stored: unknown) => SettingValue;
}

function flag(label: string, [yes, no]: readonly [string, string], defaultValue: boolean): SingleSetting {
  const value = (stored: unknown) =>
    typeof stored === 'boolean'
      ? { text: stored ? yes : no, isDefault: stored === defaultValue }
      : custom(rawValue(stored));
  return { label, value };
}

function number(label: string, unset: string, toText: (value: number) => string): SingleSetting {
  const value = (stored: unknown) => {
    if (stored === undefined) return byDefault(unset);
    return custom(typeof stored === 'number' ? toText(stored) : rawValue(stored));
  };
  return { label, value };
}

function text(label: string, unset: string, toText: (value: string) => string): SingleSetting {
  const value = (stored: unknown) => {
    if (stored === undefined) return byDefault(unset);
    return custom(typeof stored === 'string' ? toText(stored) : rawValue(stored));
  };
  return { label, value };
}

/** Who can use a button. The value is a whole policy, or a part of it. */
function buttonUsers(button: string, defaultWho: ButtonPolicy['who'], { settings }: Texts): SingleSetting {
  const whoTexts = new Map<unknown, string>([
    ['anyone', settings.anyone],
    ['requester', settings.requesterOnly],
    ['role', settings.membersWithSomeRole],
  ]);
  const value = (policy: unknown) => {
    const { who, roleId } = isRecord(policy) ? policy : { who: policy };
    if (roleId !== undefined) return custom(settings.membersWith(mention('@&', roleId)));
    return { text: whoTexts.get(who) ?? rawValue(who), isDefault: who === defaultWho };
  };
  return { label: settings.whoCanUse(button), value };
}

function pause({ settings }: Texts): SingleSetting {
  const value = (stored: unknown) => {
    if (stored === undefined) return byDefault(settings.notPaused);
    const reason = isRecord(stored) ? stored['reason'] : undefined;
    return custom(settings.paused(typeof reason === 'string' ? quoted(reason) : rawValue(stored)));
  };
  return { label: settings.pause, value };
}

function sampling(
  parameter: SamplingParameter & { readonly name: SamplingName },
  { format, parameters }: Texts,
): SingleSetting {
  const { label } = parameters[parameter.name];
  return parameter.kind === 'choice'
    ? text(label, parameter.default, (value) => escaped(value, NAME_LENGTH))
    : number(label, format.number(parameter.default), format.number);
}

/** A budget as it was set: to the cent, and more exactly where it was set so. */
function budgetText(usd: number, { format, settings }: Texts): string {
  if (usd === NO_LIMIT) return settings.noLimit;
  const isWholeCents = Math.round(usd * 100) / 100 === usd;
  const text = isWholeCents ? format.usd(usd) : format.usdExact(usd);
  return usd === 0 ? settings.blocked(text) : text;
}

/** Each setting that is one value, under its path. */
export function singleSettings(texts: Texts) {
  const { settings, format } = texts;
  const { none, noLimit } = settings;
  const onOff = [settings.on, settings.off] as const;
  const budget = (usd: number) => budgetText(usd, texts);
  const sizeText = (size: string) => escaped(size.replace('x', '×'), NAME_LENGTH);
  // Safe cast: there is an entry for every name.
  const samplingSettings = Object.fromEntries(
    SAMPLING_LIST.map((parameter) => [`defaults.${parameter.name}`, sampling(parameter, texts)]),
  ) as Record<`defaults.${SamplingName}`, SingleSetting>;
  return {
    'safety.onlyAgeRestricted': flag(settings.onlyAgeRestricted, onOff, false),
    'safety.spoilers': flag(settings.spoilers, onOff, false),
    'safety.negativePrompt': text(settings.negativePrompt, none, quoted),
    'safety.privateAllowed': flag(settings.privateImages, [settings.allowed, settings.notAllowed], true),
    'defaults.size': text(settings.size, sizeText(USUAL_SIZE), sizeText),
    ...samplingSettings,
    'budget.dayUsd': number(settings.dayBudget, noLimit, budget),
    'budget.monthUsd': number(settings.monthBudget, noLimit, budget),
    logChannelId: text(settings.logChannel, none, (channelId) => mention('#', channelId)),
    'buttons.reroll': buttonUsers(settings.buttons.reroll, 'anyone', texts),
    'buttons.newSeed': buttonUsers(settings.buttons.newSeed, 'anyone', texts),
    'buttons.delete': buttonUsers(settings.buttons.delete, 'requester', texts),
    pause: pause(texts),
    'pause.reason': text(settings.pauseReason, none, quoted),
    'pause.byId': text(settings.pausedBy, none, (userId) => mention('@', userId)),
    'pause.atMs': number(settings.pausedSince, settings.notPaused, absoluteTime),
    version: number(settings.version, none, format.number),
  };
}

export type SingleSettingName = keyof ReturnType<typeof singleSettings>;

export const DEFAULT_PARAMETERS = ['size', ...SAMPLING_LIST.map(({ name }) => name)] as const;

/** What applies to members who leave an option out. */
export const DEFAULT_SETTINGS: readonly SingleSettingName[] = DEFAULT_PARAMETERS.map(
  (name) => `defaults.${name}` as const,
);
