import { isAdministrator } from '../../settings/permissions.ts';
import { defaultSettings, type Settings } from '../../settings/schema.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import type { Invoker } from '../invoker.ts';
import { applyChange } from './change-settings.ts';

/** The defaults; what only administrators may set stays as it is when somebody else resets the rest. */
export function resetSettings({ moderatorRoleIds }: Settings, invoker: Pick<Invoker, 'permissions'>): Settings {
  return isAdministrator(invoker) ? defaultSettings : { ...defaultSettings, moderatorRoleIds };
}

/** `Reset` under the question of `/timeless-config reset`. */
export const resetConfirmed: Button = {
  action: 'reset-confirmed',
  forModerators: true,

  async execute(interaction, askedGuildId, context, invoker) {
    const { guildId } = invoker;
    const texts = textsIn(interaction.locale);
    await deferAnswer(interaction);
    if (guildId === undefined || askedGuildId !== guildId) {
      await interaction.editReply({ content: texts.config.reset.otherServer, components: [] });
      return;
    }
    const edit = (settings: Settings) => resetSettings(settings, invoker);
    const content = await applyChange(interaction.client.rest, context, { ...invoker, guildId }, edit, texts);
    await interaction.editReply({ content, components: [] });
  },
};
