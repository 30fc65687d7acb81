import { type ButtonInteraction, MessageFlags } from 'discord.js';
import { buttonRefusalText, STARTING } from '../replies/refusal.ts';
import { drawSeed, type GenerationParameters } from '../segmind/parameters.ts';
import { mayPress } from '../settings/permissions.ts';
import type { Button, CommandContext } from './command.ts';
import { findJob } from './find-job.ts';
import { generate } from './generate.ts';
import type { Press } from './press.ts';

/** Who may ask for a picture like this one is a setting of the server; the new reply is theirs. */
async function repeat(
  button: 'reroll' | 'newSeed',
  interaction: ButtonInteraction,
  jobId: string,
  context: CommandContext,
  press: Press,
  change: (parameters: GenerationParameters) => GenerationParameters,
): Promise<void> {
  const job = await findJob(interaction, jobId, context, press);
  if (!job) return;
  const rules = await context.admission.rules(press.guildId);
  if (!rules || !mayPress(button, press, job.requesterId, rules.settings)) {
    const content = rules ? buttonRefusalText(rules.settings.buttons[button], 'repeat') : STARTING;
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
    return;
  }
  await generate(interaction, { parameters: change(job.parameters), isPrivate: job.isPrivate }, context, press);
}

/** `Reroll`: the same again, with the same seed. */
export const reroll: Button = {
  action: 'reroll',
  execute: (interaction, jobId, context, press) =>
    repeat('reroll', interaction, jobId, context, press, (parameters) => parameters),
};

/** `New seed`: the same prompt and options, with another seed. */
export const newSeed: Button = {
  action: 'new-seed',
  execute: (interaction, jobId, context, press) =>
    repeat('newSeed', interaction, jobId, context, press, (parameters) => ({ ...parameters, seed: drawSeed() })),
};
