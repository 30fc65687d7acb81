import { ApplicationCommandOptionType } from 'discord.js';
import { ceilingLines } from '../../replies/ceilings.ts';
import { settingsPage } from '../../replies/settings/page.ts';
import { isAdministrator } from '../../settings/permissions.ts';
import { textsIn } from '../../texts/index.ts';
import { now } from '../../time.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { roleNames } from './guild-names.ts';
import { missingPermissions } from './missing-permissions.ts';
import type { Subcommand } from './subcommand.ts';

/** `/timeless-config view`: all settings on one page. */
export const view: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'view',
    description: textsIn('en').config.view.description,
  },

  async execute(interaction, context, invoker, texts) {
    const { guildId } = invoker;
    await deferPrivately(interaction);
    const { settings, ceilings } = await invoker.rules;
    const roleIds = [...(await roleNames(interaction.client.rest, guildId)).keys()];
    const logTrouble = context.modLog.troubleOf(guildId);
    const facts = {
      isAdministrator: isAdministrator(invoker),
      ceilingLines: ceilingLines(ceilings, texts),
      missingPermissions: missingPermissions(invoker, texts),
      ...(logTrouble === undefined ? {} : { logTrouble }),
      // Every server has at least @everyone: without it, Discord didn't say.
      ...(roleIds.length > 0 ? { roleIds } : {}),
      nowMs: now(),
    };
    const embeds = settingsPage(settings, facts, texts);
    await answerPrivately(interaction, { embeds });
  },
};
