import type { GenerationInteraction } from './command.ts';

/** What asked for an image instead of a command; undefined for a command. */
export function usedInstead(interaction: GenerationInteraction): 'button' | 'form' | undefined {
  if (interaction.isButton()) return 'button';
  return interaction.isModalSubmit() ? 'form' : undefined;
}
