import { ApplicationCommandOptionType } from 'discord.js';
import { isBlank } from '../../replies/escape.ts';
import { SETTINGS_LIMITS } from '../../settings/schema.ts';
import { now } from '../../time.ts';
import { changeSettings } from './change-settings.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

const { reasonLength } = SETTINGS_LIMITS;

/** `/timeless-config pause`: no new images until `resume`. */
export const pause: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'pause',
    description: 'Stop new images here',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'reason',
        description: 'What members read',
        required: true,
        max_length: reasonLength,
      },
    ],
  },

  async execute(interaction, context, invoker) {
    const reason = interaction.options.getString('reason', true).trim();
    if (isBlank(reason) || reason.length > reasonLength)
      throw new SettingProblem(`\`reason\` must be visible text of 1 to ${reasonLength} characters.`);
    const paused = { reason, byId: invoker.userId, atMs: now() };
    await changeSettings(interaction, context, invoker, (settings) => ({ ...settings, pause: paused }), {
      note: 'Members read this reason. What was accepted before is still painted. `/timeless-config resume` ends the pause.',
    });
  },
};
