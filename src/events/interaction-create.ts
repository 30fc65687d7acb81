import {
  type AutocompleteInteraction,
  type BaseInteraction,
  DiscordAPIError,
  Events,
  MessageFlags,
  RateLimitError,
  RESTJSONErrorCodes,
  type RepliableInteraction,
} from 'discord.js';
import type { CommandContext, Handlers } from '../commands/command.ts';
import type { InvokerFacts } from '../commands/invoker.ts';
import { editAgain } from '../replies/edit-again.ts';
import { textsIn } from '../texts/index.ts';
import { answerPrivately } from './answer-privately.ts';
import { factsOf } from './interaction-facts.ts';
import type { InvokerCache } from './invoker-cache.ts';
import { route, suggest } from './route-interaction.ts';

function isAlreadyAnswered(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;
}

/** Whether the interaction can't be acknowledged any more: another process was first, it is too late, or the callback was rate limited. */
function isLostInteraction(error: unknown): boolean {
  if (error instanceof RateLimitError) return error.route.endsWith('/callback');
  if (isAlreadyAnswered(error)) return true;
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownInteraction;
}

/**
 * Tells a member that something failed, also if Discord received our acknowledgement but its answer was lost: then discord.js
 * assumes that there was none, and the member would see "thinking..." until the token ends.
 */
async function answerWithError(interaction: RepliableInteraction): Promise<void> {
  const texts = textsIn(interaction.locale);
  const content = texts.refusal.broken(interaction.id);
  // All forms are for images, and keep what was typed.
  const more = interaction.isModalSubmit() ? { components: editAgain(interaction.user.id, texts) } : {};
  try {
    await answerPrivately(interaction, content, more);
  } catch (error) {
    if (!isAlreadyAnswered(error)) throw error;
    const original = await interaction.webhook.fetchMessage('@original');
    // A message that isn't loading is the one whose button was pressed, not our answer.
    if (original.flags.has(MessageFlags.Loading))
      await interaction.webhook.editMessage('@original', { content, ...more });
    else await interaction.webhook.send({ content, ...more, flags: MessageFlags.Ephemeral });
  }
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

/**
 * Routes every command, menu, button, select, modal and autocomplete; logs and answers whatever fails.
 * @param onUse called with the server after each
 */
export function createInteractionListener(
  handlers: Handlers,
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
        if (interaction.isAutocomplete()) await suggest(interaction, handlers, context, invoker);
        else if (interaction.isRepliable()) await route(interaction, handlers, context, invoker);
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
