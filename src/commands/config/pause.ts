import { ApplicationCommandOptionType } from 'discord.js';
import { isBlank } from '../../replies/escape.ts';
import { SETTINGS_LIMITS } from '../../settings/schema.ts';
import { textsIn } from '../../texts/index.ts';
import { now } from '../../time.ts';
import { changeSettings } from './change-settings.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

const english = textsIn('en').config.pause;
const { reasonLength } = SETTINGS_LIMITS;

/** `/timeless-config pause`: no new images until `resume`. */
export const pause: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'pause',
    description: english.description,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'reason',
        description: english.reason,
        required: true,
        max_length: reasonLength,
      },
    ],
  },

  async execute(interaction, context, invoker, { config }) {
    const reason = interaction.options.getString('reason', true).trim();
    if (isBlank(reason) || reason.length > reasonLength)
      throw new SettingProblem(() => config.visibleText({ option: 'reason', max: reasonLength }));
    const paused = { reason, byId: invoker.userId, atMs: now() };
    await changeSettings(interaction, context, invoker, (settings) => ({ ...settings, pause: paused }), {
      note: config.pause.paused,
    });
  },
};
