import type { ButtonInteraction } from 'discord.js';
import { drawSeed, type GenerationParameters } from '../../segmind/parameters.ts';
import type { Button, CommandContext } from '../command.ts';
import { generate } from '../generate.ts';
import type { Invoker } from '../invoker.ts';
import { findUsableJob } from './find-usable-job.ts';
import { isPrivateHere } from './is-private-here.ts';

/** Repeats an image for the member who pressed the button, if the server's settings allow it. The new reply is theirs. */
async function repeat(
  button: 'reroll' | 'new-seed',
  interaction: ButtonInteraction,
  jobId: string,
  context: CommandContext,
  invoker: Invoker,
  change: (parameters: GenerationParameters) => GenerationParameters,
): Promise<void> {
  const job = await findUsableJob(button, interaction, jobId, context, invoker);
  if (!job) return;
  const { style } = job;
  const generation = {
    parameters: change(job.parameters),
    isPrivate: isPrivateHere(interaction, job),
    ...(style ? { style } : {}),
    startedBy: { button, job },
  };
  await generate(interaction, generation, context, invoker);
}

/** `Reroll`: the same again, with the same seed. */
export const reroll: Button = {
  action: 'reroll',
  execute: (interaction, jobId, context, invoker) =>
    repeat('reroll', interaction, jobId, context, invoker, (parameters) => parameters),
};

/** `New seed`: the same prompt and options, with another seed. */
export const newSeed: Button = {
  action: 'new-seed',
  execute: (interaction, jobId, context, invoker) =>
    repeat('new-seed', interaction, jobId, context, invoker, (parameters) => ({ ...parameters, seed: drawSeed() })),
};
