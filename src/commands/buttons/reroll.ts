import { type ButtonInteraction, MessageFlags } from 'discord.js';
import { buttonRefusalText } from '../../replies/refusal.ts';
import { drawSeed, type GenerationParameters } from '../../segmind/parameters.ts';
import { mayUseButton } from '../../settings/permissions.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button, CommandContext } from '../command.ts';
import { generate } from '../generate.ts';
import { type Invoker, rulesInTime } from '../invoker.ts';
import { findJob } from './find-job.ts';

function isEphemeral({ message }: ButtonInteraction): boolean {
  return message.flags.has(MessageFlags.Ephemeral);
}

/** Repeats an image for the member who pressed the button, if the server's settings allow it. The new reply is theirs. */
async function repeat(
  button: 'reroll' | 'new-seed',
  interaction: ButtonInteraction,
  jobId: string,
  context: CommandContext,
  invoker: Invoker,
  change: (parameters: GenerationParameters) => GenerationParameters,
): Promise<void> {
  const job = await findJob(interaction, jobId, context, invoker);
  if (!job) return;
  const policy = button === 'reroll' ? button : 'newSeed';
  const rules = await rulesInTime(invoker);
  if (!rules || !mayUseButton(policy, invoker, job.requesterId, rules.settings)) {
    const texts = textsIn(interaction.locale);
    const content = rules ? buttonRefusalText(rules.settings.buttons[policy], 'repeat', texts) : texts.refusal.busy;
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
    return;
  }
  // The private message of an image that was shared since then is still private.
  const isPrivate = job.isPrivate || (job.sharedAtMs !== undefined && isEphemeral(interaction));
  const asked = { parameters: change(job.parameters), isPrivate, startedBy: { button, job } };
  await generate(interaction, asked, context, invoker);
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
