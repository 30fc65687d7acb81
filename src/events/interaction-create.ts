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
import { textsIn } from '../texts/index.ts';
import type { InvokerCache } from './invoker-cache.ts';

function isAlreadyAnswered(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;
}

/** Whether the interaction can't be acknowledged any more: another process was first, it is too late, or the callback was rate limited. */
function isLostInteraction(error: unknown): boolean {
  if (error instanceof RateLimitError) return error.route.endsWith('/callback');
  if (isAlreadyAnswered(error)) return true;
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownInteraction;
}

/** The fields that every log line about an interaction has. */
function factsOf({ id, guildId }: BaseInteraction, { shardOf }: CommandContext) {
  const guild = guildId ?? undefined;
  return { interaction: id, guild, shard: shardOf(guild) };
}

async function answerPrivately(interaction: RepliableInteraction, content: string): Promise<void> {
  const answer = { content, flags: MessageFlags.Ephemeral } as const;
  await (interaction.deferred || interaction.replied ? interaction.followUp(answer) : interaction.reply(answer));
}

/**
 * Tells a member that something failed, also if Discord received our acknowledgement but its answer was lost: then discord.js
 * assumes that there was none, and the member would see "thinking..." until the token ends.
 */
async function answerWithError(interaction: RepliableInteraction): Promise<void> {
  const content = textsIn(interaction.locale).refusal.broken(interaction.id);
  try {
    await answerPrivately(interaction, content);
  } catch (error) {
    if (!isAlreadyAnswered(error)) throw error;
    const original = await interaction.webhook.fetchMessage('@original');
    // A message that isn't loading is the one whose button was pressed, not our answer.
    if (original.flags.has(MessageFlags.Loading)) await interaction.webhook.editMessage('@original', { content });
    else await interaction.webhook.send({ content, flags: MessageFlags.Ephemeral });
  }
}

/** Discord hides moderators' commands from others, but not their buttons, and not from requests without its client. */
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
  context.log.warn(
    { ...factsOf(interaction, context), user: invoker.userId, what },
    'interaction denied: not a moderator',
  );
  await answerPrivately(interaction, textsIn(interaction.locale).refusal.moderatorsOnly);
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
      if (!(await mayUse(button, invoker))) return refuse(interaction, textsIn('en').refusal.aButton, context, invoker);
      return button.execute(interaction, pressed.argument, context, invoker);
    }
  }
  context.log.warn({ ...factsOf(interaction, context), type: interaction.type }, 'unknown interaction');
  await answerPrivately(interaction, textsIn(interaction.locale).refusal.unknownAction);
}

/**
 * Routes every command, button, select, modal and autocomplete; logs and answers whatever fails.
 * @param onUse called with the server after each
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
        // Not every command awaits them: without this, a failure would be an unhandled rejection.
        rules.catch(() => undefined);
        const invoker = { ...facts, rules };
        if (interaction.isAutocomplete()) await autocomplete(interaction, context, invoker);
        else if (interaction.isRepliable()) await route(interaction, context, invoker);
      } catch (error) {
        if (isLostInteraction(error)) {
          log.warn({ err: error, ...factsOf(interaction, context) }, 'interaction not acknowledged');
          return;
        }
        log.error({ err: error, ...factsOf(interaction, context) }, 'interaction failed');
        if (!interaction.isRepliable()) return;
        await answerWithError(interaction).catch((failure: unknown) =>
          log.warn({ err: failure, ...factsOf(interaction, context) }, 'error reply failed'),
        );
      } finally {
        // Only now: it may write to the database, and the acknowledgement must not wait for that.
        if (interaction.guildId !== null) onUse(interaction.guildId);
      }
    },
  };
}
