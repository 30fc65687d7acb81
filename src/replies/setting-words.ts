import { DEFAULT_SCHEDULER, PARAMETER_LIMITS } from '../segmind/parameters.ts';
import { DEFAULT_LIMITS, LIMIT_RANGES, type LimitName, NO_LIMIT } from '../settings/schema.ts';
import { escaped } from './escape.ts';
import { absoluteTime } from './facts.ts';
import { durationWords, isRecord, mention, numberWords, otherWords, quoted, usdWords } from './settings-format.ts';

/** The longest name of a size or scheduler. */
const NAME_LENGTH = 100;

export const LIMIT_LABELS: Readonly<Record<LimitName, string>> = {
  imagesPerDay: 'Images a day',
  cooldownSeconds: 'Cooldown',
  jobsAtOnce: 'Jobs at a time',
  maxSteps: 'Most steps',
  maxSamples: 'Most samples',
  maxMegapixels: 'Most megapixels',
};

// True: the keys of the literal above.
export const LIMIT_NAMES = Object.keys(LIMIT_LABELS) as readonly LimitName[];

const { steps, samples, dimension, guidanceScale } = PARAMETER_LIMITS;

/** What the smallest picture takes of a limit: below that there is none. */
export const SMALLEST_REQUEST: Readonly<Record<Exclude<LimitName, 'cooldownSeconds'>, number>> = {
  imagesPerDay: samples.min,
  jobsAtOnce: 1,
  maxSteps: steps.min,
  maxSamples: samples.min,
  maxMegapixels: (dimension.min * dimension.min) / 1_000_000,
};

/** What a limit is set to, such as `30 s`, `no limit` or `none allowed`. */
export function limitWords(name: LimitName, value: number): string {
  if (name === 'cooldownSeconds') return value <= 0 ? 'none' : durationWords(value);
  if (value === NO_LIMIT) return 'no limit';
  return value === 0 ? 'none allowed' : numberWords(value);
}

/** What counts for everyone when nobody has set a limit. */
export function defaultLimitWords(name: LimitName): string {
  return `${limitWords(name, DEFAULT_LIMITS[name])} (default)`;
}

export function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(LIMIT_RANGES, name);
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
const usualSize = `${dimension.default}×${dimension.default}`;

/** Each setting that is said in one line, under its path. */
export const SINGLE_SETTINGS = {
  'safety.onlyAgeRestricted': flag('Only in age-restricted channels', ON_OFF, false),
  'safety.spoilers': flag('Spoilers on all images', ON_OFF, false),
  'safety.negativePrompt': text('Negative prompt of every request', 'none', quoted),
  'safety.privateAllowed': flag('Private images', ['allowed', 'not allowed'], true),
  'defaults.size': text('Size', usualSize, (size) => escaped(size.replace('x', '×'), NAME_LENGTH)),
  'defaults.steps': number('Steps', String(steps.default)),
  'defaults.guidanceScale': number('Guidance', String(guidanceScale.default)),
  'defaults.scheduler': text('Scheduler', DEFAULT_SCHEDULER, (scheduler) => escaped(scheduler, NAME_LENGTH)),
  'defaults.samples': number('Samples', String(samples.default)),
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
