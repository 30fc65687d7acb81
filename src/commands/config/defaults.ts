import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { settingLines } from '../../replies/settings/setting-lines.ts';
import { DEFAULT_SETTINGS } from '../../replies/settings/single-settings.ts';
import { SAMPLING_LIST, type SamplingName, type SamplingParameter } from '../../segmind/parameters.ts';
import { textsIn } from '../../texts/index.ts';
import { readOption, toOption } from '../parameter-option.ts';
import { SIZES, sizeChoices } from '../sizes.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { withValues } from './given-options.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

const english = textsIn('en').config.defaults;

const SIZE_VALUES: readonly string[] = SIZES.map(({ value }) => value);

// The setting behind each option, in the order of Discord's picker.
const SETTING_BY_OPTION = new Map<string, 'size' | SamplingName>([
  ['size', 'size'],
  ...SAMPLING_LIST.map(({ option, name }) => [option, name] as const),
]);
const OPTION_NAMES = [...SETTING_BY_OPTION.keys()];

const ALL = 'all';

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

/** An undefined value goes back to the model's own; an absent key was not given. */
function givenDefaults({ options }: Pick<ChatInputCommandInteraction, 'options'>): Record<string, unknown> {
  const clear = options.getString('clear');
  if (clear !== null) oneOf('clear', clear, [ALL, ...OPTION_NAMES]);
  const cleared = [...SETTING_BY_OPTION].filter(([option]) => clear === ALL || clear === option);
  const size = options.getString('size');
  const sampling = SAMPLING_LIST.flatMap((parameter) => {
    const value = readOption(options, parameter);
    return value === null ? [] : [[parameter.name, checked(parameter, value)] as const];
  });
  return Object.fromEntries([
    ...cleared.map(([, setting]) => [setting, undefined]),
    ...(size === null ? [] : [['size', oneOf('size', size, SIZE_VALUES)]]),
    ...sampling,
  ]);
}

/** `/timeless-config defaults`: shows or sets what members get for options that they leave out. */
export const defaults: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'defaults',
    description: english.description,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'size',
        description: english.size,
        choices: sizeChoices(textsIn('en')),
      },
      ...SAMPLING_LIST.map((parameter) => toOption(parameter, textsIn('en').parameters[parameter.name].label)),
      {
        type: ApplicationCommandOptionType.String,
        name: 'clear',
        description: english.clear,
        choices: [ALL, ...OPTION_NAMES].map((name) => ({ name, value: name })),
      },
    ],
  },

  async execute(interaction, context, invoker, texts) {
    const values = givenDefaults(interaction);
    if (Object.keys(values).length === 0) {
      await deferPrivately(interaction);
      const { settings } = await invoker.rules;
      const content = [texts.config.defaults.title, ...settingLines(settings, DEFAULT_SETTINGS, texts)].join('\n');
      await answerPrivately(interaction, { content });
      return;
    }
    await changeSettings(interaction, context, invoker, (settings) => ({
      ...settings,
      defaults: withValues(settings.defaults, values),
    }));
  },
};
