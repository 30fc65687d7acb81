import type { AutocompleteInteraction, ChatInputCommandInteraction, RepliableInteraction } from 'discord.js';
import type { CommandContext, CustomIdHandler, Handlers } from '../commands/command.ts';
import type { Invoker } from '../commands/invoker.ts';
import { isModeratorHere } from '../commands/moderator.ts';
import { parseCustomId } from '../replies/custom-id.ts';
import { textsIn } from '../texts/index.ts';
import { answerPrivately } from './answer-privately.ts';
import { factsOf } from './interaction-facts.ts';

/** What an interaction asks for. */
interface Wanted {
  readonly forModerators?: boolean;
  /** What moderators read in the log channel when somebody else tries it. */
  readonly name: string;
  run(): Promise<void>;
}

/** A command with its subcommands, as a member types it. */
function pathOf({ commandName, options }: ChatInputCommandInteraction): string {
  const parts = [commandName, options.getSubcommandGroup(false), options.getSubcommand(false)];
  return `/${parts.filter((part) => part !== null).join(' ')}`;
}

function findByCustomId<Interaction extends { readonly customId: string }>(
  interaction: Interaction,
  handlers: readonly CustomIdHandler<Interaction>[],
  name: string,
  ...rest: [CommandContext, Invoker]
): Wanted | undefined {
  const parsed = parseCustomId(interaction.customId);
  const handler = handlers.find(({ action }) => action === parsed?.action);
  if (!parsed || !handler) return undefined;
  return { ...handler, name, run: () => handler.execute(interaction, parsed.argument, ...rest) };
}

function findWanted(
  interaction: RepliableInteraction,
  { commands, menus, buttons, selects, modals }: Handlers,
  ...rest: [CommandContext, Invoker]
): Wanted | undefined {
  const { names } = textsIn('en').refusal;
  if (interaction.isChatInputCommand()) {
    const command = commands.find(({ data }) => data.name === interaction.commandName);
    return command && { ...command, name: pathOf(interaction), run: () => command.execute(interaction, ...rest) };
  }
  if (interaction.isMessageContextMenuCommand()) {
    const menu = menus.find(({ data }) => data.name === interaction.commandName);
    // The message itself is absent where discord.js doesn't know the channel.
    const { commandName: name, targetId } = interaction;
    return menu && { ...menu, name, run: () => menu.execute(interaction, targetId, ...rest) };
  }
  if (interaction.isButton()) return findByCustomId(interaction, buttons, names.button, ...rest);
  if (interaction.isStringSelectMenu()) return findByCustomId(interaction, selects, names.select, ...rest);
  if (interaction.isModalSubmit()) return findByCustomId(interaction, modals, names.modal, ...rest);
  return undefined;
}

/** Discord hides moderators' commands from others, but not their buttons, and not from requests without its client. */
async function mayUse({ forModerators = false }: { forModerators?: boolean }, invoker: Invoker): Promise<boolean> {
  return !forModerators || (await isModeratorHere(invoker));
}

async function refuse(interaction: RepliableInteraction, what: string, context: CommandContext, invoker: Invoker) {
  const { guildId } = invoker;
  context.log.warn(
    { ...factsOf(interaction, context), user: invoker.userId, what },
    'interaction denied: not a moderator',
  );
  await answerPrivately(interaction, textsIn(interaction.locale).refusal.moderatorsOnly);
  if (guildId !== undefined) context.modLog.note(guildId, { kind: 'denied', memberId: invoker.userId, what });
}

/** Runs what an interaction asks for, if the member may; otherwise answers privately. */
export async function route(
  interaction: RepliableInteraction,
  handlers: Handlers,
  context: CommandContext,
  invoker: Invoker,
): Promise<void> {
  const wanted = findWanted(interaction, handlers, context, invoker);
  if (!wanted) {
    context.log.warn({ ...factsOf(interaction, context), type: interaction.type }, 'unknown interaction');
    await answerPrivately(interaction, textsIn(interaction.locale).refusal.unknownAction);
  } else if (await mayUse(wanted, invoker)) await wanted.run();
  else await refuse(interaction, wanted.name, context, invoker);
}

/** Suggests values for an option; none to those who may not use the command. */
export async function suggest(
  interaction: AutocompleteInteraction,
  { commands }: Handlers,
  context: CommandContext,
  invoker: Invoker,
): Promise<void> {
  const command = commands.find(({ data }) => data.name === interaction.commandName);
  if (!command?.autocomplete || !(await mayUse(command, invoker))) await interaction.respond([]);
  else await command.autocomplete(interaction, context, invoker);
}
