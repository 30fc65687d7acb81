import { MessageFlags } from 'discord.js';
import { drawSeed } from '../../segmind/parameters.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { generate } from '../generate.ts';
import { loadChoices, preselect } from '../preselection.ts';

/** A prompt that `/timeless-help` suggests: the same as `/timeless` with nothing but that prompt. */
export const example: Button = {
  action: 'example',
  async execute(interaction, number, context, invoker) {
    const { help, refusal } = textsIn(interaction.locale);
    const prompt = help.examples.prompts[Number(number) - 1];
    if (prompt === undefined) throw new Error('The custom id was checked for its form.');
    const choices = await loadChoices(context, invoker);
    if (!choices) {
      await interaction.reply({ content: refusal.busy, flags: MessageFlags.Ephemeral });
      return;
    }
    const { defaults, lowered, isPrivate } = preselect(choices, invoker);
    const parameters = { ...defaults, prompt, seed: drawSeed() };
    const generation = { parameters, isPrivate, lowered, startedBy: { button: 'example' } } as const;
    await generate(interaction, generation, context, invoker);
  },
};
