import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { SAMPLING_LIST, type SamplingName, type SamplingParameter } from '../segmind/parameters.ts';
import type { Preset } from '../styles/preset.ts';
import { textsIn } from '../texts/index.ts';
import { SettingProblem } from './config/subcommand.ts';
import { readOption, toOption } from './parameter-option.ts';
import { SIZES, sizeChoices } from './sizes.ts';

const english = textsIn('en');

const SIZE_VALUES: readonly string[] = SIZES.map(({ value }) => value);
const ALL = 'all';

/** The value of a preset behind each option, in the order of Discord's picker. */
export const PRESET_BY_OPTION: ReadonlyMap<string, 'size' | SamplingName> = new Map([
  ['size', 'size'],
  ...SAMPLING_LIST.map(({ option, name }) => [option, name] as const),
]);

/** An option for each value of a preset. */
export const PRESET_OPTIONS: readonly APIApplicationCommandBasicOption[] = [
  {
    type: ApplicationCommandOptionType.String,
    name: 'size',
    description: english.settings.size,
    choices: sizeChoices(english),
  },
  ...SAMPLING_LIST.map((parameter) => toOption(parameter, english.parameters[parameter.name].label)),
];

/** `clear`: takes back what one of the options has set, or all of them. */
export function clearOption(description: string, options: readonly string[]): APIApplicationCommandBasicOption {
  const choices = [ALL, ...options].map((name) => ({ name, value: name }));
  return { type: ApplicationCommandOptionType.String, name: 'clear', description, choices };
}

/** Which of the options `clear` names. @throws SettingProblem when it isn't one of them */
export function readCleared(
  { options }: Pick<ChatInputCommandInteraction, 'options'>,
  names: readonly string[],
): readonly string[] {
  const clear = options.getString('clear');
  if (clear !== null) oneOf('clear', clear, [ALL, ...names]);
  return names.filter((name) => clear === ALL || clear === name);
}

/** The values that were given. @throws SettingProblem for what Discord's picker doesn't offer */
export function readPreset({ options }: Pick<ChatInputCommandInteraction, 'options'>): Preset {
  const size = options.getString('size');
  const sampling = SAMPLING_LIST.flatMap((parameter) => {
    const value = readOption(options, parameter);
    return value === null ? [] : [[parameter.name, checked(parameter, value)] as const];
  });
  return { ...(size === null ? {} : { size: oneOf('size', size, SIZE_VALUES) }), ...Object.fromEntries(sampling) };
}

function oneOf(option: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new SettingProblem(({ config }) => config.notOneOf({ option, allowed: allowed.join(', ') }));
}

function checked(parameter: SamplingParameter, value: string | number): string | number {
  const { option } = parameter;
  if (parameter.kind === 'choice') return oneOf(option, String(value), parameter.choices);
  const { min, max } = parameter;
  if (Number(value) >= min && Number(value) <= max) return value;
  throw new SettingProblem(({ config }) => config.defaults.notInRange({ option, min, max }));
}
