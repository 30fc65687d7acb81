import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { STARTING } from '../replies/refusal.ts';
import { DEFAULT_SCHEDULER, PARAMETER_LIMITS, SCHEDULERS } from '../segmind/parameters.ts';
import type { Command } from './command.ts';
import { defaultsFor } from './defaults.ts';
import { dimensionChoices } from './dimensions.ts';
import { generate } from './generate.ts';
import { parseOptions } from './options.ts';
import { SIZES } from './sizes.ts';

const { prompt, negativePrompt, steps, guidanceScale, samples, seed, dimension } = PARAMETER_LIMITS;

function dimensionOption(name: 'width' | 'height'): APIApplicationCommandBasicOption {
  return {
    type: ApplicationCommandOptionType.Integer,
    name,
    description: `${name === 'width' ? 'Width' : 'Height'} in pixels, a multiple of ${dimension.multipleOf}; overrides that side of size`,
    min_value: dimension.min,
    max_value: dimension.max,
    autocomplete: true,
  };
}

const options: APIApplicationCommandBasicOption[] = [
  {
    type: ApplicationCommandOptionType.String,
    name: 'prompt',
    description: 'What the picture shows',
    required: true,
    min_length: prompt.minLength,
    max_length: prompt.maxLength,
  },
  {
    type: ApplicationCommandOptionType.String,
    name: 'negative_prompt',
    description: 'What the picture should not show',
    max_length: negativePrompt.maxLength,
  },
  {
    type: ApplicationCommandOptionType.String,
    name: 'size',
    description: `Width and height; default ${dimension.default}×${dimension.default}`,
    choices: SIZES.map(({ value, name }) => ({ name, value })),
  },
  dimensionOption('width'),
  dimensionOption('height'),
  {
    type: ApplicationCommandOptionType.Integer,
    name: 'steps',
    description: `More steps take longer and cost more; default ${steps.default}`,
    min_value: steps.min,
    max_value: steps.max,
  },
  {
    type: ApplicationCommandOptionType.Number,
    name: 'guidance',
    description: `How closely the picture follows the prompt; default ${guidanceScale.default}`,
    min_value: guidanceScale.min,
    max_value: guidanceScale.max,
  },
  {
    type: ApplicationCommandOptionType.String,
    name: 'scheduler',
    description: `The sampling method; default ${DEFAULT_SCHEDULER}`,
    choices: SCHEDULERS.map((name) => ({ name, value: name })),
  },
  {
    type: ApplicationCommandOptionType.Integer,
    name: 'samples',
    description: `How many pictures; each costs; default ${samples.default}`,
    min_value: samples.min,
    max_value: samples.max,
  },
  {
    type: ApplicationCommandOptionType.Integer,
    name: 'seed',
    description: 'The same seed and options give the same picture; -1 or none draws one',
    min_value: seed.min,
    max_value: seed.max,
  },
  {
    type: ApplicationCommandOptionType.Boolean,
    name: 'private',
    description: 'Only you see the answer; in a server its moderators can see the prompt',
  },
];

/** `/timeless`: paints a picture. */
export const timeless = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless',
    description: 'Paint a picture',
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options,
  },

  async execute(interaction: ChatInputCommandInteraction, context, press) {
    const rules = await context.admission.rules(press.guildId);
    if (!rules) {
      await interaction.reply({ content: STARTING, flags: MessageFlags.Ephemeral });
      return;
    }
    const parsed = parseOptions(interaction.options, defaultsFor(rules.settings, press.roleIds));
    if ('problems' in parsed) {
      await interaction.reply({ content: parsed.problems.join('\n'), flags: MessageFlags.Ephemeral });
      return;
    }
    await generate(interaction, parsed, context, press);
  },

  async autocomplete(interaction) {
    await interaction.respond(dimensionChoices(String(interaction.options.getFocused())));
  },
} satisfies Command;
