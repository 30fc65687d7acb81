import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { isBlank, plain } from '../../replies/escape.ts';
import { quoted } from '../../replies/format.ts';
import type { Filter } from '../../settings/filter.ts';
import { findByName, STYLE_LIMITS, type Style, styleKey } from '../../styles/style.ts';
import { textsIn } from '../../texts/index.ts';
import { SettingProblem } from '../config/subcommand.ts';
import { PRESET_OPTIONS, readPreset } from '../preset-options.ts';

const english = textsIn('en').styles;
const { nameLength, promptLength, negativePromptLength, stylesPerOwner } = STYLE_LIMITS;

const text = (name: string, description: string, maxLength: number): APIApplicationCommandBasicOption => ({
  type: ApplicationCommandOptionType.String,
  name,
  description,
  max_length: maxLength,
});

/** The subcommand that saves a style. */
export function saveCommand(name: string, description: string): APIApplicationCommandSubcommandOption {
  const options = [
    { ...text('name', english.options.name, nameLength), required: true },
    text('prompt', english.options.prompt, promptLength),
    text('negative_prompt', english.options.negativePrompt, negativePromptLength),
    ...PRESET_OPTIONS,
  ];
  return { type: ApplicationCommandOptionType.Subcommand, name, description, options };
}

/** The subcommand that removes a style. */
export function removeCommand(name: string, description: string): APIApplicationCommandSubcommandOption {
  const option = { ...text('name', english.options.saved, nameLength), required: true, autocomplete: true as const };
  // Safe cast: a text option with autocomplete has no choices.
  const options = [option as APIApplicationCommandBasicOption];
  return { type: ApplicationCommandOptionType.Subcommand, name, description, options };
}

/**
 * The style that someone wants to save.
 * @param filter of the server; none in direct messages
 * @throws SettingProblem
 */
export function readStyle(interaction: Pick<ChatInputCommandInteraction, 'options'>, filter?: Filter): Style {
  const name = readText(interaction, 'name', nameLength);
  const prompt = readText(interaction, 'prompt', promptLength);
  const negativePrompt = readText(interaction, 'negative_prompt', negativePromptLength);
  const parameters = readPreset(interaction);
  if (name === undefined)
    throw new SettingProblem(({ config }) => config.visibleText({ option: 'name', max: nameLength }));
  if (prompt === undefined && negativePrompt === undefined && Object.keys(parameters).length === 0)
    throw new SettingProblem(({ styles }) => styles.empty);
  if ([name, prompt, negativePrompt].some((its = '') => filter?.find(its) !== undefined))
    throw new SettingProblem(({ styles }) => styles.filtered);
  return {
    name,
    ...(prompt === undefined ? {} : { prompt }),
    ...(negativePrompt === undefined ? {} : { negativePrompt }),
    parameters,
  };
}

/** A text on one line; undefined when nothing of it can be seen. */
function readText(
  { options }: Pick<ChatInputCommandInteraction, 'options'>,
  option: string,
  max: number,
): string | undefined {
  const typed = plain(options.getString(option) ?? '');
  if (typed.length > max) throw new SettingProblem(({ config }) => config.visibleText({ option, max }));
  return isBlank(typed) ? undefined : typed;
}

/** The styles with this one, in place of one with the same name. @throws SettingProblem when there is no room for it */
export function addStyle(styles: readonly Style[], style: Style): readonly Style[] {
  const others = styles.filter(({ name }) => styleKey(name) !== styleKey(style.name));
  if (others.length >= stylesPerOwner) throw new SettingProblem((texts) => texts.styles.full(stylesPerOwner));
  return [...others, style];
}

/** The styles without the one of this name. @throws SettingProblem when there is none */
export function removeStyle(styles: readonly Style[], typed: string, list: string): readonly Style[] {
  const style = findByName(styles, typed);
  if (!style) throw new SettingProblem((texts) => texts.styles.notSaved(quoted(typed, nameLength), list));
  return styles.filter((other) => other !== style);
}
