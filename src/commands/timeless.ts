import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { isBlank } from '../replies/escape.ts';
import { quoted } from '../replies/format.ts';
import { PARAMETER_LIST, PARAMETERS, type ParameterName, SAMPLING_LIST } from '../segmind/parameters.ts';
import { findByName } from '../styles/style.ts';
import { textsIn } from '../texts/index.ts';
import type { Command } from './command.ts';
import { dimensionChoices } from './dimensions.ts';
import { generate } from './generate.ts';
import { parseOptions } from './options.ts';
import { toOption } from './parameter-option.ts';
import { loadChoices, preselect } from './preselection.ts';
import { sizeChoices } from './sizes.ts';
import { listStyles, styleChoices } from './style/offered-styles.ts';

const texts = textsIn('en');
const words = texts.commands.timeless;

function describe(name: ParameterName): string {
  const { description } = texts.parameters[name];
  const sampling = SAMPLING_LIST.find((its) => its.name === name);
  return sampling ? words.withDefault(description, sampling.default) : description;
}

const toOptions = (parameters: typeof PARAMETER_LIST) => parameters.map((its) => toOption(its, describe(its.name)));

const options: APIApplicationCommandBasicOption[] = [
  ...toOptions(PARAMETER_LIST.filter(({ kind }) => kind === 'text')),
  { type: ApplicationCommandOptionType.String, name: 'style', description: words.style, autocomplete: true },
  {
    type: ApplicationCommandOptionType.String,
    name: 'size',
    description: words.size(texts.sizes.pixels(PARAMETERS.width.default, PARAMETERS.height.default)),
    choices: sizeChoices(texts),
  },
  ...toOptions(PARAMETER_LIST.filter(({ kind }) => kind !== 'text')),
  { type: ApplicationCommandOptionType.Boolean, name: 'private', description: words.private },
];

/** `/timeless`: paints an image. */
export const timeless = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless',
    description: words.description,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options,
  },

  async execute(interaction: ChatInputCommandInteraction, context, invoker) {
    const texts = textsIn(interaction.locale);
    const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
    const choices = await loadChoices(context, invoker);
    if (!choices) {
      await refuse(texts.refusal.busy);
      return;
    }
    const { settings, own } = choices;
    const name = interaction.options.getString('style') ?? '';
    const style = isBlank(name) ? undefined : findByName(listStyles(own, settings, texts), name)?.style;
    if (!style && !isBlank(name)) {
      await refuse(texts.styles.unknown(quoted(name)));
      return;
    }
    const parsed = parseOptions(interaction.options, preselect(choices, invoker, style), texts);
    if ('problems' in parsed) await refuse(parsed.problems.join('\n'));
    else await generate(interaction, parsed, context, invoker);
  },

  async autocomplete(interaction, { preferences }, invoker) {
    const { name, value } = interaction.options.getFocused(true);
    if (name !== 'style') {
      await interaction.respond(dimensionChoices(String(value)));
      return;
    }
    const texts = textsIn(interaction.locale);
    const [{ settings }, own] = await Promise.all([invoker.rules, preferences.load(invoker.userId)]);
    await interaction.respond(styleChoices(listStyles(own, settings, texts), String(value), texts));
  },
} satisfies Command;
