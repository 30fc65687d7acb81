import { type APIApplicationCommandSubcommandOption, ApplicationCommandOptionType } from 'discord.js';
import { serverStylesPage } from '../../replies/styles-page.ts';
import { textsIn } from '../../texts/index.ts';
import { addStyle, readStyle, removeCommand, removeStyle, saveCommand } from '../style/saved-styles.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { choicesFrom } from './choices.ts';
import { type Subcommand, subcommandGroup } from './subcommand.ts';

const english = textsIn('en').config.style;

const add: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: saveCommand('add', english.add),
  async execute(interaction, context, invoker) {
    await deferPrivately(interaction);
    const { filter } = await invoker.rules;
    const style = readStyle(interaction, filter);
    await changeSettings(interaction, context, invoker, (settings) => ({
      ...settings,
      styles: addStyle(settings.styles, style),
    }));
  },
};

const remove: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: removeCommand('remove', english.remove),
  async execute(interaction, context, invoker) {
    const name = interaction.options.getString('name', true);
    await changeSettings(interaction, context, invoker, (settings) => ({
      ...settings,
      styles: removeStyle(settings.styles, name, '/timeless-config style list'),
    }));
  },
  async autocomplete(interaction, _context, { rules }) {
    const { settings } = await rules;
    const names = settings.styles.map(({ name }) => ({ name, value: name }));
    await interaction.respond(choicesFrom(names, interaction.options.getFocused()));
  },
};

const list: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: { type: ApplicationCommandOptionType.Subcommand, name: 'list', description: english.list },
  async execute(interaction, _context, { rules }, texts) {
    await deferPrivately(interaction);
    const { settings } = await rules;
    await answerPrivately(interaction, serverStylesPage(settings.styles, texts));
  },
};

/** `style`: the server's own styles, for all its members. */
export const style = subcommandGroup({ name: 'style', description: english.description }, [add, remove, list]);
