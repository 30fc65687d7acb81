import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { settingLines } from '../../replies/settings-lines.ts';
import { PARAMETER_LIMITS, SCHEDULERS } from '../../segmind/parameters.ts';
import { SIZES } from '../sizes.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { withValues } from './given-options.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

const { steps, guidanceScale, samples } = PARAMETER_LIMITS;

/** Each option with the setting behind it. */
const SETTINGS = {
  size: 'size',
  steps: 'steps',
  guidance: 'guidanceScale',
  scheduler: 'scheduler',
  samples: 'samples',
} as const;

type OptionName = keyof typeof SETTINGS;

// True: the keys of the literal above.
const OPTION_NAMES = Object.keys(SETTINGS) as readonly OptionName[];

const ALL = 'all';

function within(option: OptionName, value: number | null, { min, max }: { min: number; max: number }): number | null {
  if (value === null || (value >= min && value <= max)) return value;
  throw new SettingProblem(`\`${option}\` must be from ${min} to ${max}.`);
}

function oneOf(option: OptionName, value: string | null, allowed: readonly string[]): string | null {
  if (value === null || allowed.includes(value)) return value;
  throw new SettingProblem(`\`${option}\` must be one of ${allowed.join(', ')}.`);
}

/** Undefined is to go back to the image service's own; an absent key was not given. */
function givenDefaults({ options }: Pick<ChatInputCommandInteraction, 'options'>): Record<string, unknown> {
  const clear = options.getString('clear');
  const cleared = OPTION_NAMES.filter((name) => clear === ALL || clear === name);
  if (clear !== null && cleared.length === 0)
    throw new SettingProblem(`\`clear\` must be one of ${[ALL, ...OPTION_NAMES].join(', ')}.`);
  const values: Record<OptionName, string | number | null> = {
    size: oneOf(
      'size',
      options.getString('size'),
      SIZES.map(({ value }) => value),
    ),
    steps: within('steps', options.getInteger('steps'), steps),
    guidance: within('guidance', options.getNumber('guidance'), guidanceScale),
    scheduler: oneOf('scheduler', options.getString('scheduler'), SCHEDULERS),
    samples: within('samples', options.getInteger('samples'), samples),
  };
  return Object.fromEntries([
    ...cleared.map((name) => [SETTINGS[name], undefined]),
    ...OPTION_NAMES.filter((name) => values[name] !== null).map((name) => [SETTINGS[name], values[name]]),
  ]);
}

/** `/timeless-config defaults`: shows or sets what is painted for members who give no such option. */
export const defaults: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'defaults',
    description: 'Show or set defaults of /timeless',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'size',
        description: 'Size',
        choices: SIZES.map(({ value, name }) => ({ name, value })),
      },
      {
        type: ApplicationCommandOptionType.Integer,
        name: 'steps',
        description: 'Steps',
        min_value: steps.min,
        max_value: steps.max,
      },
      {
        type: ApplicationCommandOptionType.Number,
        name: 'guidance',
        description: 'Guidance',
        min_value: guidanceScale.min,
        max_value: guidanceScale.max,
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'scheduler',
        description: 'Scheduler',
        choices: SCHEDULERS.map((name) => ({ name, value: name })),
      },
      {
        type: ApplicationCommandOptionType.Integer,
        name: 'samples',
        description: 'Samples',
        min_value: samples.min,
        max_value: samples.max,
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'clear',
        description: "Back to the model's own",
        choices: [ALL, ...OPTION_NAMES].map((name) => ({ name, value: name })),
      },
    ],
  },

  async execute(interaction, context, press) {
    const values = givenDefaults(interaction);
    if (Object.keys(values).length === 0) {
      await deferPrivately(interaction);
      const { settings } = await context.settings.load(press.guildId);
      const names = OPTION_NAMES.map((name) => `defaults.${SETTINGS[name]}` as const);
      const content = ['**Defaults for who gives none**', ...settingLines(settings, names)].join('\n');
      await answerPrivately(interaction, { content });
      return;
    }
    await changeSettings(interaction, context, press, (settings) => ({
      ...settings,
      defaults: withValues(settings.defaults, values),
    }));
  },
};
