import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { settingLines } from '../../replies/settings/setting-lines.ts';
import { DEFAULT_SETTINGS } from '../../replies/settings/single-settings.ts';
import { textsIn } from '../../texts/index.ts';
import { clearOption, PRESET_BY_OPTION, PRESET_OPTIONS, readCleared, readPreset } from '../preset-options.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { withValues } from './given-options.ts';
import type { Subcommand } from './subcommand.ts';

const english = textsIn('en').config.defaults;

const OPTION_NAMES = [...PRESET_BY_OPTION.keys()];

/** An undefined value goes back to the model's own; an absent key was not given. */
function givenDefaults(interaction: Pick<ChatInputCommandInteraction, 'options'>): Record<string, unknown> {
  const cleared = readCleared(interaction, OPTION_NAMES).map((option) => [PRESET_BY_OPTION.get(option), undefined]);
  return { ...Object.fromEntries(cleared), ...readPreset(interaction) };
}

/** `/timeless-config defaults`: shows or sets what members get for options that they leave out. */
export const defaults: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'defaults',
    description: english.description,
    options: [...PRESET_OPTIONS, clearOption(english.clear, OPTION_NAMES)],
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
