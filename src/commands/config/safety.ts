import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { isBlank } from '../../replies/escape.ts';
import { settingLines } from '../../replies/settings/setting-lines.ts';
import { SETTINGS_LIMITS, type Settings } from '../../settings/schema.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { CLEAR } from './given-numbers.ts';
import { withValues } from './given-options.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

const english = textsIn('en').config.safety;
const { negativePromptLength } = SETTINGS_LIMITS;

const FLAGS = {
  only_age_restricted: { setting: 'onlyAgeRestricted', description: english.onlyAgeRestricted },
  spoilers: { setting: 'spoilers', description: english.spoilers },
  private_images: { setting: 'privateAllowed', description: english.privateImages },
} as const;

/** Undefined is to be cleared; an absent key was not given. */
function givenSafety({ options }: Pick<ChatInputCommandInteraction, 'options'>): Record<string, unknown> {
  const flags = Object.entries(FLAGS).flatMap(([option, { setting }]) => {
    const value = options.getBoolean(option);
    return value === null ? [] : [[setting, value] as const];
  });
  const text = options.getString('negative_prompt')?.trim();
  if (text === undefined) return Object.fromEntries(flags);
  if (isBlank(text) || text.length > negativePromptLength)
    throw new SettingProblem(({ config }) => config.safety.negativePromptProblem(negativePromptLength));
  return { ...Object.fromEntries(flags), negativePrompt: text.toLowerCase() === CLEAR ? undefined : text };
}

function shown(settings: Settings, texts: Texts): string {
  const lines = settingLines(
    settings,
    ['safety.onlyAgeRestricted', 'safety.spoilers', 'safety.privateAllowed', 'safety.negativePrompt'],
    texts,
  );
  return [texts.config.safety.title, ...lines].join('\n');
}

/** `/timeless-config safety`: shows or sets what applies to every image. */
export const safety: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'safety',
    description: english.description,
    options: [
      ...Object.entries(FLAGS).map(([name, { description }]) => ({
        type: ApplicationCommandOptionType.Boolean as const,
        name,
        description,
      })),
      {
        type: ApplicationCommandOptionType.String,
        name: 'negative_prompt',
        description: english.negativePrompt,
        max_length: negativePromptLength,
      },
    ],
  },

  async execute(interaction, context, invoker, texts) {
    const values = givenSafety(interaction);
    if (Object.keys(values).length === 0) {
      await deferPrivately(interaction);
      const { settings } = await invoker.rules;
      await answerPrivately(interaction, { content: shown(settings, texts) });
      return;
    }
    await changeSettings(interaction, context, invoker, (settings) => ({
      ...settings,
      safety: withValues(settings.safety, values),
    }));
  },
};
