import {
  type AutocompleteInteraction,
  type BaseInteraction,
  DiscordAPIError,
  Events,
  MessageFlags,
  RateLimitError,
  type RepliableInteraction,
} from 'discord.js';
import type { CommandContext } from '../commands/command.ts';
import { buttons, commands } from '../commands/index.ts';
import { parseCustomId } from '../replies/custom-id.ts';
import { BROKEN, UNKNOWN_ACTION } from '../replies/refusal.ts';

/** The interaction was answered by somebody else, or too late: 40060, 10062. Or its callback met a rate limit, which is as bad. */
function isLostInteraction(error: unknown): boolean {
  if (error instanceof RateLimitError) return true;
  return error instanceof DiscordAPIError && (error.code === 40_060 || error.code === 10_062);
}

async function answerPrivately(interaction: RepliableInteraction, content: string): Promise<void> {
  const answer = { content, flags: MessageFlags.Ephemeral } as const;
  await (interaction.deferred || interaction.replied ? interaction.followUp(answer) : interaction.reply(answer));
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
        await answerPrivately(interaction, `${BROKEN} Reference ${interaction.id}`).catch((failure: unknown) =>
          log.warn({ err: failure, interaction: interaction.id }, 'nor could that be told'),
        );
      }
    },
  };
}
