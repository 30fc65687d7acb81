import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
} from 'discord.js';
import { quoted } from '../../replies/format.ts';
import { stylesPage } from '../../replies/styles-page.ts';
import { textsIn } from '../../texts/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { answerPrivately, deferPrivately } from '../config/answer.ts';
import { answerProblems } from '../config/answer-problems.ts';
import { choicesFrom } from '../config/choices.ts';
import type { Invoker } from '../invoker.ts';
import { listStyles } from './offered-styles.ts';
import { addStyle, readStyle, removeCommand, removeStyle, saveCommand } from './saved-styles.ts';

type Action = (
  interaction: ChatInputCommandInteraction,
  context: CommandContext,
  invoker: Invoker,
) => Promise<Parameters<typeof answerPrivately>[1]>;

const words = textsIn('en').styles.command;

const save: Action = async (interaction, { preferences }, { userId, guildId, rules }) => {
  const { filter } = await rules;
  const style = readStyle(interaction, guildId === undefined ? undefined : filter);
  await preferences.change(userId, (before) => ({ ...before, styles: addStyle(before.styles, style) }));
  return { content: textsIn(interaction.locale).styles.saved(quoted(style.name)) };
};

const remove: Action = async (interaction, { preferences }, { userId }) => {
  const name = interaction.options.getString('name', true);
  await preferences.change(userId, (before) => ({
    ...before,
    styles: removeStyle(before.styles, name, '/timeless-style list'),
  }));
  return { content: textsIn(interaction.locale).styles.deleted(quoted(name)) };
};

const list: Action = async (interaction, { preferences }, { userId, rules }) => {
  const texts = textsIn(interaction.locale);
  const [own, { settings }] = await Promise.all([preferences.load(userId), rules]);
  return stylesPage(own.styles, listStyles(own, settings, texts), texts);
};

const ACTIONS = new Map([
  ['save', save],
  ['list', list],
  ['delete', remove],
]);

/** `/timeless-style`: a member's own styles. */
export const timelessStyle = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless-style',
    description: words.description,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      saveCommand('save', words.save),
      { type: ApplicationCommandOptionType.Subcommand, name: 'list', description: words.list },
      removeCommand('delete', words.delete),
    ],
  },

  async execute(interaction, context, invoker) {
    const action = ACTIONS.get(interaction.options.getSubcommand());
    if (!action) throw new Error('There is no such subcommand.');
    await deferPrivately(interaction);
    await answerProblems(interaction, async () =>
      answerPrivately(interaction, await action(interaction, context, invoker)),
    );
  },

  async autocomplete(interaction, { preferences }, { userId }) {
    const { styles } = await preferences.load(userId);
    const names = styles.map(({ name }) => ({ name, value: name }));
    await interaction.respond(choicesFrom(names, interaction.options.getFocused()));
  },
} satisfies Command;
