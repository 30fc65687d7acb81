import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { PARAMETERS, SAMPLING_LIST } from '../segmind/parameters.ts';
import { textsIn } from '../texts/index.ts';
import type { Command } from './command.ts';
import { defaultsFor } from './defaults.ts';
import { dimensionChoices } from './dimensions.ts';
import { generate } from './generate.ts';
import { rulesInTime } from './invoker.ts';
import { parseOptions } from './options.ts';
import { toOption } from './parameter-option.ts';
import { SIZES } from './sizes.ts';

const { prompt, negativePrompt, ...others } = PARAMETERS;
const { width, height } = others;
const withDefault = new Map(SAMPLING_LIST.map((its) => [its.option, `${its.description}; default ${its.default}`]));

const options: APIApplicationCommandBasicOption[] = [
  toOption(prompt),
  toOption(negativePrompt),
  {
    type: ApplicationCommandOptionType.String,
    name: 'size',
    description: `Width and height; default ${width.default}×${height.default}`,
    choices: SIZES.map(({ value, name }) => ({ name, value })),
  },
  ...Object.values(others).map((parameter) => toOption(parameter, withDefault.get(parameter.option))),
  {
    type: ApplicationCommandOptionType.Boolean,
    name: 'private',
    description: 'Only you see the answer; in a server its moderators can see the prompt',
  },
];

/** `/timeless`: paints an image. */
export const timeless = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless',
    description: 'Paint an image',
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
