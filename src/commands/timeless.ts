import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { PARAMETER_LIST, PARAMETERS, type ParameterName, SAMPLING_LIST } from '../segmind/parameters.ts';
import { textsIn } from '../texts/index.ts';
import type { Command } from './command.ts';
import { defaultsFor } from './defaults.ts';
import { dimensionChoices } from './dimensions.ts';
import { generate } from './generate.ts';
import { rulesInTime } from './invoker.ts';
import { parseOptions } from './options.ts';
import { toOption } from './parameter-option.ts';
import { sizeChoices } from './sizes.ts';

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
    const rules = await rulesInTime(invoker);
    if (!rules) {
      await interaction.reply({ content: textsIn(interaction.locale).refusal.busy, flags: MessageFlags.Ephemeral });
      return;
    }
    const parsed = parseOptions(
      interaction.options,
      defaultsFor(rules.settings, invoker.roleIds),
      textsIn(interaction.locale),
    );
    if ('problems' in parsed) {
      await interaction.reply({ content: parsed.problems.join('\n'), flags: MessageFlags.Ephemeral });
      return;
    }
    await generate(interaction, parsed, context, invoker);
  },

  async autocomplete(interaction) {
    await interaction.respond(dimensionChoices(String(interaction.options.getFocused())));
  },
} satisfies Command;
