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
import type { CommandContext } from '../commands/command.ts';
import { buttons, commands } from '../commands/index.ts';
import { parseCustomId } from '../replies/custom-id.ts';
import { BROKEN, UNKNOWN_ACTION } from '../replies/refusal.ts';

function isAlreadyAnswered(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;
}

/** The interaction was answered by somebody else, or too late. Or its callback met a rate limit, which is as bad. */
function isLostInteraction(error: unknown): boolean {
  if (error instanceof RateLimitError || isAlreadyAnswered(error)) return true;
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownInteraction;
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

async function autocomplete(interaction: AutocompleteInteraction): Promise<void> {
  const command = commands.find(({ data }) => data.name === interaction.commandName);
  await (command?.autocomplete ? command.autocomplete(interaction) : interaction.respond([]));
}

async function route(interaction: RepliableInteraction, context: CommandContext): Promise<void> {
  if (interaction.isChatInputCommand()) {
    const command = commands.find(({ data }) => data.name === interaction.commandName);
    if (command) return command.execute(interaction, context);
  }
  if (interaction.isButton()) {
    const pressed = parseCustomId(interaction.customId);
    const button = buttons.find(({ action }) => action === pressed?.action);
    if (pressed && button) return button.execute(interaction, pressed.jobId, context);
  }
  context.log.warn({ interaction: interaction.id, type: interaction.type }, 'an interaction that nothing answers to');
  await answerPrivately(interaction, UNKNOWN_ACTION);
}

/** Every command, button, select, modal and autocomplete: routed, and whatever breaks is logged and answered here. */
export function createInteractionListener(context: CommandContext) {
  const { log } = context;
  return {
    event: Events.InteractionCreate as const,
    async listener(interaction: BaseInteraction): Promise<void> {
      try {
        if (interaction.isAutocomplete()) await autocomplete(interaction);
        else if (interaction.isRepliable()) await route(interaction, context);
      } catch (error) {
        if (isLostInteraction(error)) {
          log.warn(
            { err: error, interaction: interaction.id },
            'an interaction was not acknowledged; nothing was started',
          );
          return;
        }
        log.error({ err: error, interaction: interaction.id }, 'an interaction broke');
        if (!interaction.isRepliable()) return;
        await tellBroken(interaction).catch((failure: unknown) =>
          log.warn({ err: failure, interaction: interaction.id }, 'nor could that be told'),
        );
      }
    },
  };
}
