import type { ButtonInteraction } from 'discord.js';
import { drawSeed, type GenerationParameters } from '../segmind/parameters.ts';
import type { Button, CommandContext } from './command.ts';
import { findJob } from './find-job.ts';
import { generate } from './generate.ts';

/** Anyone who sees the picture may ask for one like it; the new reply is theirs. */
async function repeat(
  interaction: ButtonInteraction,
  jobId: string,
  context: CommandContext,
  change: (parameters: GenerationParameters) => GenerationParameters,
): Promise<void> {
  const job = await findJob(interaction, jobId, context);
  if (!job) return;
  await generate(interaction, { parameters: change(job.parameters), isPrivate: job.isPrivate }, context);
}

/** `Reroll`: the same again, with the same seed. */
export const reroll: Button = {
  action: 'reroll',
  execute: (interaction, jobId, context) => repeat(interaction, jobId, context, (parameters) => parameters),
};

/** `New seed`: the same prompt and options, with another seed. */
export const newSeed: Button = {
  action: 'new-seed',
  execute: (interaction, jobId, context) =>
    repeat(interaction, jobId, context, (parameters) => ({ ...parameters, seed: drawSeed() })),
};
