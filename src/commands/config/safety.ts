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

const { negativePromptLength } = SETTINGS_LIMITS;

const FLAGS = {
  only_age_restricted: { setting: 'onlyAgeRestricted', description: 'Only age-restricted channels' },
  spoilers: { setting: 'spoilers', description: 'Spoilers on all images' },
  private_images: { setting: 'privateAllowed', description: 'Allow private images' },
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
    throw new SettingProblem(
      `\`negative_prompt\` must be visible text of 1 to ${negativePromptLength} characters, or \`${CLEAR}\`.`,
    );
  return { ...Object.fromEntries(flags), negativePrompt: text.toLowerCase() === CLEAR ? undefined : text };
}

function shown(settings: Settings, texts: Texts): string {
  const lines = settingLines(
    settings,
    ['safety.onlyAgeRestricted', 'safety.spoilers', 'safety.privateAllowed', 'safety.negativePrompt'],
    texts,
  );
  return ['**Safety**', ...lines].join('\n');
}

/** `/timeless-config safety`: shows or sets what holds for every image. */
export const safety: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'safety',
    description: 'Show or set what holds for every image',
    options: [
      ...Object.entries(FLAGS).map(([name, { description }]) => ({
        type: ApplicationCommandOptionType.Boolean as const,
        name,
        description,
      })),
      {
        type: ApplicationCommandOptionType.String,
        name: 'negative_prompt',
        description: 'Added to every request; clear removes it',
        max_length: negativePromptLength,
      },
    ],
  },

  async execute(interaction, context, invoker) {
    const values = givenSafety(interaction);
    if (Object.keys(values).length === 0) {
      await deferPrivately(interaction);
      const { settings } = await invoker.rules;
      await answerPrivately(interaction, { content: shown(settings, textsIn(interaction.locale)) });
      return;
    }
    await changeSettings(interaction, context, invoker, (settings) => ({
      ...settings,
      safety: withValues(settings.safety, values),
    }));
  },
};
