import { ApplicationCommandOptionType } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import { changeSettings } from './change-settings.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

/** `/timeless-config resume`: ends a pause. */
export const resume: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'resume',
    description: textsIn('en').config.resume.description,
  },

  async execute(interaction, context, invoker) {
    await changeSettings(interaction, context, invoker, ({ pause, ...settings }) => {
      if (!pause) throw new SettingProblem(({ config }) => config.resume.notPaused);
      return settings;
    });
  },
};
