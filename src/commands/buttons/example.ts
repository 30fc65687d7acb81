import { MessageFlags } from 'discord.js';
import { drawSeed } from '../../segmind/parameters.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { defaultsFor } from '../defaults.ts';
import { generate } from '../generate.ts';
import { rulesInTime } from '../invoker.ts';

/** A prompt that `/timeless-help` suggests: the same as `/timeless` with nothing but that prompt. */
export const example: Button = {
  action: 'example',
  async execute(interaction, number, context, invoker) {
    const { help, refusal } = textsIn(interaction.locale);
    const prompt = help.examples.prompts[Number(number) - 1];
    if (prompt === undefined) throw new Error('The custom id was checked for its form.');
    const rules = await rulesInTime(invoker);
    if (!rules) {
      await interaction.reply({ content: refusal.busy, flags: MessageFlags.Ephemeral });
      return;
    }
    const parameters = { ...defaultsFor(rules.settings, invoker.roleIds), prompt, seed: drawSeed() };
    const asked = { parameters, isPrivate: false, startedBy: { button: 'example' } } as const;
    await generate(interaction, asked, context, invoker);
  },
};
