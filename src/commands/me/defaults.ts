import {
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { defaultsPage } from '../../replies/defaults-page.ts';
import type { Preferences } from '../../settings/preferences.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import { answerPrivately, deferPrivately } from '../config/answer.ts';
import { answerProblems } from '../config/answer-problems.ts';
import { withValues } from '../config/given-options.ts';
import { defaultsFor } from '../defaults.ts';
import type { Invoker } from '../invoker.ts';
import { clearOption, PRESET_BY_OPTION, PRESET_OPTIONS, readCleared, readPreset } from '../preset-options.ts';

const english = textsIn('en').me.defaults;

const PRIVATE = 'private';
const OPTION_NAMES = [...PRESET_BY_OPTION.keys(), PRIVATE];

/** `/timeless-me defaults`: shows or sets what the member gets for options that they leave out. */
export const defaultsCommand: APIApplicationCommandSubcommandOption = {
  type: ApplicationCommandOptionType.Subcommand,
  name: 'defaults',
  description: english.description,
  options: [
    ...PRESET_OPTIONS,
    { type: ApplicationCommandOptionType.Boolean, name: PRIVATE, description: english.private },
    clearOption(english.clear, OPTION_NAMES),
  ],
};

/** Returns the change that the options ask for; undefined when they ask for none. @throws SettingProblem */
function readChange(
  interaction: Pick<ChatInputCommandInteraction, 'options'>,
): ((before: Preferences) => Preferences) | undefined {
  const cleared = readCleared(interaction, OPTION_NAMES);
  const preset = readPreset(interaction);
  const isPrivate = interaction.options.getBoolean(PRIVATE);
  if (cleared.length === 0 && Object.keys(preset).length === 0 && isPrivate === null) return undefined;
  const gone = cleared.flatMap((option) => PRESET_BY_OPTION.get(option) ?? []);
  return (before) => ({
    ...withValues(before, {
      ...(cleared.includes(PRIVATE) ? { isPrivate: undefined } : {}),
      ...(isPrivate === null ? {} : { isPrivate }),
    }),
    defaults: withValues(before.defaults, { ...Object.fromEntries(gone.map((name) => [name, undefined])), ...preset }),
  });
}

export async function showDefaults(
  interaction: ChatInputCommandInteraction,
  { preferences }: CommandContext,
  { userId, guildId, roleIds, rules }: Invoker,
): Promise<void> {
  await deferPrivately(interaction);
  await answerProblems(interaction, async () => {
    const change = readChange(interaction);
    const [own, { settings }] = await Promise.all([
      change ? preferences.change(userId, change) : preferences.load(userId),
      rules,
    ]);
    const inUse = defaultsFor(settings, roleIds, [own.defaults]);
    const page = { own, settings, inUse, isServer: guildId !== undefined, isChanged: change !== undefined };
    await answerPrivately(interaction, { content: defaultsPage(page, textsIn(interaction.locale)) });
  });
}
