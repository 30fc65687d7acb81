import type { ChatInputCommandInteraction } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import { answerPrivately } from './answer.ts';
import { SettingProblem } from './subcommand.ts';

/** Runs `work`; a SettingProblem that it throws becomes a private answer. */
export async function answerProblems(
  interaction: ChatInputCommandInteraction,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SettingProblem)) throw error;
    const texts = textsIn(interaction.locale);
    await answerPrivately(interaction, { content: texts.config.unchanged(error.describe(texts)) });
  }
}
