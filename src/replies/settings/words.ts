import { PARAMETERS, SAMPLING_LIST, type SamplingName, type SamplingParameter } from '../../segmind/parameters.ts';
import { isRecord } from '../../settings/changes.ts';
import { LIMITS, type LimitName, NO_LIMIT } from '../../settings/limits.ts';
import { textsIn } from '../../texts/index.ts';
import { escaped } from '../escape.ts';
import { absoluteTime } from '../facts.ts';
import { durationWords, mention, numberWords, otherWords, quoted, usdWords } from '../format.ts';

/** The longest name of a size or scheduler. */
const NAME_LENGTH = 100;

/** What a limit is set to, such as `30 s`, `no limit` or `none allowed`. */
export function limitWords(name: LimitName, value: number): string {
  if (LIMITS[name].kind === 'cooldown') return value <= 0 ? 'none' : durationWords(value);
  if (value === NO_LIMIT) return 'no limit';
  return value === 0 ? 'none allowed' : numberWords(value);
}

/** What counts for everyone when nobody has set a limit. */
export function defaultLimitWords(name: LimitName): string {
  return `${limitWords(name, LIMITS[name].default)} (default)`;
}

interface SettingWords {
  readonly name: string;
  /** What it is set to; `undefined` is not set. */
  readonly words: (value: unknown) => string;
}

const marked = (words: string, isDefault: boolean) => (isDefault ? `${words} (default)` : words);

function flag(name: string, [yes, no]: readonly [string, string], defaultValue: boolean): SettingWords {
  const words = (value: unknown) =>
    typeof value === 'boolean' ? marked(value ? yes : no, value === defaultValue) : otherWords(value);
  return { name, words };
}

function number(name: string, unset: string, toWords: (value: number) => string = numberWords): SettingWords {
  const words = (value: unknown) => {
    if (value === undefined) return marked(unset, true);
    return typeof value === 'number' ? toWords(value) : otherWords(value);
  };
  return { name, words };
}

function text(name: string, unset: string, toWords: (value: string) => string): SettingWords {
  const words = (value: unknown) => {
    if (value === undefined) return marked(unset, true);
    return typeof value === 'string' ? toWords(value) : otherWords(value);
  };
  return { name, words };
}

const PRESSERS: Readonly<Record<string, string>> = {
  anyone: 'anyone who sees it',
  requester: 'who asked for it',
  role: 'members with a role',
};

/** Of a whole policy, or of a part of it. */
function presser(button: string, defaultWho: string): SettingWords {
  const words = (policy: unknown) => {
    const { who, roleId } = isRecord(policy) ? policy : { who: policy };
    if (roleId !== undefined) return `members with ${mention('@&', roleId)}`;
    const known = typeof who === 'string' && Object.hasOwn(PRESSERS, who) ? PRESSERS[who] : undefined;
    return known === undefined ? otherWords(who) : marked(known, who === defaultWho);
  };
  return { name: `Who may press ${button}`, words };
}

const id = (name: string, sign: '@' | '@&' | '#'): SettingWords => ({
  name,
  words: (value) => (value === undefined ? 'none' : mention(sign, value)),
});

const money = (value: number) => {
  if (value === NO_LIMIT) return 'no limit';
  return value === 0 ? 'nothing may be spent' : usdWords(value);
};
const ON_OFF = ['on', 'off'] as const;
const usualSize = `${PARAMETERS.width.default}×${PARAMETERS.height.default}`;

function samplingWords(parameter: SamplingParameter & { name: SamplingName }): SettingWords {
  const { label } = textsIn('en').parameters[parameter.name];
  return parameter.kind === 'choice'
    ? text(label, parameter.default, (value) => escaped(value, NAME_LENGTH))
    : number(label, String(parameter.default));
}

// Safe cast: there is an entry for every name.
const samplingSettings = Object.fromEntries(
  SAMPLING_LIST.map((parameter) => [`defaults.${parameter.name}`, samplingWords(parameter)]),
) as Record<`defaults.${SamplingName}`, SettingWords>;

/** Each setting that is said in one line, under its path. */
export const SINGLE_SETTINGS = {
  'safety.onlyAgeRestricted': flag('Only in age-restricted channels', ON_OFF, false),
  'safety.spoilers': flag('Spoilers on all images', ON_OFF, false),
  'safety.negativePrompt': text('Negative prompt of every request', 'none', quoted),
  'safety.privateAllowed': flag('Private images', ['allowed', 'not allowed'], true),
  'defaults.size': text('Size', usualSize, (size) => escaped(size.replace('x', '×'), NAME_LENGTH)),
  ...samplingSettings,
  'budget.dayUsd': number('Budget a day', 'no limit', money),
  'budget.monthUsd': number('Budget a month', 'no limit', money),
  logChannelId: text('Log channel', 'none', (channelId) => mention('#', channelId)),
  'buttons.reroll': presser('Reroll', 'anyone'),
  'buttons.newSeed': presser('New seed', 'anyone'),
  'buttons.delete': presser('Delete', 'requester'),
  'pause.reason': text('Reason of the pause', 'none', quoted),
  'pause.byId': id('Paused by', '@'),
  'pause.atMs': number('Paused since', 'not paused', absoluteTime),
  version: number('Version of the settings', 'none'),
} as const satisfies Record<string, SettingWords>;

export type SingleSetting = keyof typeof SINGLE_SETTINGS;

/** What is made for members who give no such option. */
export const DEFAULT_SETTINGS: readonly SingleSetting[] = [
  'defaults.size',
  ...SAMPLING_LIST.map(({ name }) => `defaults.${name}` as const),
];
