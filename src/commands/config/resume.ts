import { ApplicationCommandOptionType } from 'discord.js';
import { changeSettings } from './change-settings.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

/** `/timeless-config resume`: ends a pause. */
export const resume: Subcommand = {
  data: { type: ApplicationCommandOptionType.Subcommand, name: 'resume', description: 'End the pause' },

  async execute(interaction, context, invoker) {
    await changeSettings(interaction, context, invoker, ({ pause, ...settings }) => {
      if (!pause) throw new SettingProblem('This server is not paused.');
      return settings;
    });
  },
};
