import {
  type APIApplicationCommandStringOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
} from 'discord.js';
import { filterPage, filterTestPage } from '../../replies/settings/filter.ts';
import { PARAMETERS } from '../../segmind/parameters.ts';
import { textsIn } from '../../texts/index.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { choicesFrom } from './choices.ts';
import { addFilterWords, readFilterWords, removeFilterWords } from './filter-words.ts';
import { type Subcommand, subcommandGroup } from './subcommand.ts';

const english = textsIn('en').config.filter;

/** Of what is typed; each word is shorter. */
const MAX_TYPED_LENGTH = 1_000;

function data(
  name: string,
  description: string,
  option?: Omit<APIApplicationCommandStringOption, 'type' | 'required' | 'choices' | 'autocomplete'> & {
    autocomplete?: true;
  },
): APIApplicationCommandSubcommandOption {
  const options = option ? [{ type: ApplicationCommandOptionType.String as const, required: true, ...option }] : [];
  return { type: ApplicationCommandOptionType.Subcommand, name, description, options };
}

const add: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: data('add', english.add.description, {
    name: 'word',
    description: english.add.word,
    max_length: MAX_TYPED_LENGTH,
  }),
  async execute(interaction, context, invoker) {
    const words = readFilterWords(interaction.options.getString('word', true));
    await changeSettings(interaction, context, invoker, (settings) => addFilterWords(settings, words));
  },
};

const remove: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: data('remove', english.remove.description, {
    name: 'word',
    description: english.remove.word,
    max_length: MAX_TYPED_LENGTH,
    autocomplete: true,
  }),
  async execute(interaction, context, invoker) {
    const typed = interaction.options.getString('word', true);
    await changeSettings(interaction, context, invoker, (settings) => removeFilterWords(settings, typed));
  },
  async autocomplete(interaction, _context, { rules }) {
    const { settings } = await rules;
    const words = settings.filterWords.map((word) => ({ name: word, value: word }));
    await interaction.respond(choicesFrom(words, interaction.options.getFocused()));
  },
};

const list: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: data('list', english.list.description),
  async execute(interaction, _context, { rules }, texts) {
    await deferPrivately(interaction);
    const { settings } = await rules;
    await answerPrivately(interaction, filterPage(settings.filterWords, texts));
  },
};

const test: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: data('test', english.test.description, {
    name: 'text',
    description: english.test.text,
    max_length: PARAMETERS.prompt.maxLength,
  }),
  async execute(interaction, _context, { rules }, texts) {
    await deferPrivately(interaction);
    const { settings, filter: compiled } = await rules;
    const found = compiled.matches(interaction.options.getString('text', true));
    await answerPrivately(interaction, filterTestPage(found, settings.filterWords, texts));
  },
};

/** `filter`: the words that no request may contain. */
export const filter = subcommandGroup({ name: 'filter', description: english.description }, [add, remove, list, test]);
