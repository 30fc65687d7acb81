import {
  type AutocompleteInteraction,
  type BaseInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  Events,
  MessageFlags,
  RateLimitError,
  RESTJSONErrorCodes,
  type RepliableInteraction,
} from 'discord.js';
import type { CommandContext } from '../commands/command.ts';
import { buttons, commands } from '../commands/index.ts';
import type { Invoker, InvokerFacts } from '../commands/invoker.ts';
import { isModeratorHere } from '../commands/moderator.ts';
import { parseCustomId } from '../replies/custom-id.ts';
import { BROKEN, MODERATORS_ONLY, UNKNOWN_ACTION } from '../replies/refusal.ts';
import { textsIn } from '../texts/index.ts';
import type { InvokerCache } from './invoker-cache.ts';

function isAlreadyAnswered(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;
}

/** The interaction was answered by somebody else, or too late. Or its callback met a rate limit, which is as bad. */
function isLostInteraction(error: unknown): boolean {
  if (error instanceof RateLimitError) return error.route.endsWith('/callback');
  if (isAlreadyAnswered(error)) return true;
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownInteraction;
}

/** What every line of the log says of an interaction. */
function factsOf({ id, guildId }: BaseInteraction, { shardOf }: CommandContext) {
  const guild = guildId ?? undefined;
  return { interaction: id, guild, shard: shardOf(guild) };
}

async function answerPrivately(interaction: RepliableInteraction, content: string): Promise<void> {
  const answer = { content, flags: MessageFlags.Ephemeral } as const;
  await (interaction.deferred || interaction.replied ? interaction.followUp(answer) : interaction.reply(answer));
}

/**
 * Tells a member that something broke, also where Discord took our acknowledgement and its answer got lost on the way: then
 * discord.js knows of none, and the member would see "thinking..." until the token ends.
 */
async function tellBroken(interaction: RepliableInteraction): Promise<void> {
  const content = `${BROKEN} Reference ${interaction.id}`;
  try {
    await answerPrivately(interaction, content);
  } catch (error) {
    if (!isAlreadyAnswered(error)) throw error;
    const original = await interaction.webhook.fetchMessage('@original');
    // What doesn't load is no answer of ours to this press, but the message whose button was pressed.
    if (original.flags.has(MessageFlags.Loading)) await interaction.webhook.editMessage('@original', { content });
    else await interaction.webhook.send({ content, flags: MessageFlags.Ephemeral });
  }
}

/** Discord hides what is for moderators from others, but not from a request that comes without its client, and not the buttons. */
async function mayUse({ forModerators = false }: { forModerators?: boolean }, invoker: Invoker): Promise<boolean> {
  return !forModerators || (await isModeratorHere(invoker));
}

async function autocomplete(
  interaction: AutocompleteInteraction,
  context: CommandContext,
  invoker: Invoker,
): Promise<void> {
  const command = commands.find(({ data }) => data.name === interaction.commandName);
  if (!command?.autocomplete || !(await mayUse(command, invoker))) await interaction.respond([]);
  else await command.autocomplete(interaction, context, invoker);
}

/** A command with its subcommands, as a member types it. */
function pathOf({ commandName, options }: ChatInputCommandInteraction): string {
  const parts = [commandName, options.getSubcommandGroup(false), options.getSubcommand(false)];
  return `/${parts.filter((part) => part !== null).join(' ')}`;
}

async function refuse(interaction: RepliableInteraction, what: string, context: CommandContext, invoker: Invoker) {
  const { guildId } = invoker;
  context.log.warn({ ...factsOf(interaction, context), user: invoker.userId, what }, 'refused to a member');
  await answerPrivately(interaction, MODERATORS_ONLY);
  if (guildId !== undefined) context.modLog.note(guildId, { kind: 'denied', memberId: invoker.userId, what });
}

/** The operator has listed servers, and this one isn't among them: nothing works there. */
async function refuseServer(
  interaction: AutocompleteInteraction | RepliableInteraction,
  context: CommandContext,
  { userId, guildId }: InvokerFacts,
): Promise<void> {
  if (interaction.isAutocomplete()) return interaction.respond([]);
  await answerPrivately(interaction, textsIn(interaction.locale).ceilings.serverNotAllowed);
  const refusal = 'server_not_allowed';
  context.onRefused(refusal);
  context.log.info({ user: userId, guild: guildId, refusal }, 'refused');
}

async function route(interaction: RepliableInteraction, context: CommandContext, invoker: Invoker): Promise<void> {
  if (interaction.isChatInputCommand()) {
    const command = commands.find(({ data }) => data.name === interaction.commandName);
    if (command && !(await mayUse(command, invoker))) return refuse(interaction, pathOf(interaction), context, invoker);
    if (command) return command.execute(interaction, context, invoker);
  }
  if (interaction.isButton()) {
    const pressed = parseCustomId(interaction.customId);
    const button = buttons.find(({ action }) => action === pressed?.action);
    if (pressed && button) {
      if (!(await mayUse(button, invoker))) return refuse(interaction, 'a button', context, invoker);
      return button.execute(interaction, pressed.argument, context, invoker);
    }
  }
  context.log.warn(
    { ...factsOf(interaction, context), type: interaction.type },
    'an interaction that nothing answers to',
  );
  await answerPrivately(interaction, UNKNOWN_ACTION);
}

/**
 * Every command, button, select, modal and autocomplete: routed, and whatever breaks is logged and answered here.
 * @param onUse told of the server after each
 */
export function createInteractionListener(
  context: CommandContext,
  invokers: InvokerCache,
  onUse: (guildId: string) => void,
) {
  const { log } = context;
  return {
    event: Events.InteractionCreate as const,
    async listener(interaction: BaseInteraction): Promise<void> {
      try {
        const facts = invokers.take(interaction.id);
        if (!context.admission.ceilingsOf(facts.guildId).isServerAllowed) {
          if (interaction.isAutocomplete() || interaction.isRepliable())
            await refuseServer(interaction, context, facts);
          return;
        }
        const rules = context.admission.loadRules(facts.guildId);
        // Not everything needs them: then a failure is nobody's.
        rules.catch(() => undefined);
        const invoker = { ...facts, rules };
        if (interaction.isAutocomplete()) await autocomplete(interaction, context, invoker);
        else if (interaction.isRepliable()) await route(interaction, context, invoker);
      } catch (error) {
        if (isLostInteraction(error)) {
          log.warn(
            { err: error, ...factsOf(interaction, context) },
            'an interaction was not acknowledged; nothing was started',
          );
          return;
        }
        log.error({ err: error, ...factsOf(interaction, context) }, 'an interaction broke');
        if (!interaction.isRepliable()) return;
        await tellBroken(interaction).catch((failure: unknown) =>
          log.warn({ err: failure, ...factsOf(interaction, context) }, 'nor could that be told'),
        );
      } finally {
        // Not before: it may write, and the acknowledgement waits for nothing.
        if (interaction.guildId !== null) onUse(interaction.guildId);
      }
    },
  };
}
