import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  InteractionContextType,
  PermissionFlagsBits,
} from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Command } from '../command.ts';
import type { Invoker } from '../invoker.ts';
import { answerProblems } from './answer-problems.ts';
import { block } from './block.ts';
import { budget } from './budget.ts';
import { buttons } from './buttons.ts';
import { channels } from './channels.ts';
import { defaults } from './defaults.ts';
import { filter } from './filter.ts';
import { findRequest } from './find.ts';
import { history } from './history.ts';
import { limits } from './limits.ts';
import { log } from './log.ts';
import { moderators } from './moderators.ts';
import { pause } from './pause.ts';
import { reset } from './reset.ts';
import { resume } from './resume.ts';
import { safety } from './safety.ts';
import { style } from './style.ts';
import type { GuildInvoker, Subcommand } from './subcommand.ts';
import { usage } from './usage.ts';
import { view } from './view.ts';

/** In the order in which Discord's picker shows them. */
const subcommands: readonly Subcommand[] = [
  view,
  limits,
  channels,
  safety,
  filter,
  block,
  defaults,
  style,
  budget,
  log,
  buttons,
  pause,
  resume,
  usage,
  findRequest,
  history,
  reset,
  moderators,
];

function subcommandOf({ options }: ChatInputCommandInteraction | AutocompleteInteraction): Subcommand {
  const name = options.getSubcommandGroup(false) ?? options.getSubcommand();
  const subcommand = subcommands.find(({ data }) => data.name === name);
  if (!subcommand) throw new Error(`There is no subcommand ${name}.`);
  return subcommand;
}

function inGuild(invoker: Invoker): GuildInvoker {
  const { guildId } = invoker;
  if (guildId === undefined) throw new Error('A moderator used this outside of servers, where there are none.');
  return { ...invoker, guildId };
}

/** `/timeless-config`: what moderators set for their server. */
export const timelessConfig = {
  data: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeless-config',
    description: textsIn('en').config.description,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(PermissionFlagsBits.ModerateMembers),
    options: subcommands.map(({ data }) => data),
  },
  forModerators: true,

  async execute(interaction, context, invoker) {
    await answerProblems(interaction, () =>
      subcommandOf(interaction).execute(interaction, context, inGuild(invoker), textsIn(interaction.locale)),
    );
  },

  async autocomplete(interaction, context, invoker) {
    const subcommand = subcommandOf(interaction);
    const texts = textsIn(interaction.locale);
    if (subcommand.autocomplete) await subcommand.autocomplete(interaction, context, inGuild(invoker), texts);
    else await interaction.respond([]);
  },
} satisfies Command;
