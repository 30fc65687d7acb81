import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType } from 'discord.js';
import { limitsPage } from '../../replies/settings/limits.ts';
import { LIMIT_NAMES, LIMITS } from '../../settings/limits.ts';
import { textsIn } from '../../texts/index.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { editLimits, type LimitValues } from './edit-limits.ts';
import { parseLimit } from './given-numbers.ts';
import { idOption } from './given-options.ts';
import { roleNames } from './guild-names.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

const english = textsIn('en').config.limits;

/** `/timeless-config limits`: shows or sets them, for everyone or for a role. */
export const limits: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'limits',
    description: english.description,
    options: [
      { type: ApplicationCommandOptionType.Role, name: 'role', description: english.role },
      ...LIMIT_NAMES.map((name): APIApplicationCommandBasicOption => {
        const { description } = textsIn('en').limits[name];
        return { type: ApplicationCommandOptionType.String, name: LIMITS[name].option, description, max_length: 20 };
      }),
    ],
  },

  async execute(interaction, context, invoker, texts) {
    const { guildId } = invoker;
    const pickedId = idOption(interaction, 'role');
    // Discord's role for everyone has the server's id.
    const roleId = pickedId === guildId ? undefined : pickedId;
    const values: LimitValues = new Map(
      LIMIT_NAMES.flatMap((name) => {
        const given = interaction.options.getString(LIMITS[name].option);
        return given === null ? [] : [[name, parseLimit(name, given)]];
      }),
    );
    await deferPrivately(interaction);
    if (values.size === 0) {
      const { settings } = await invoker.rules;
      await answerPrivately(interaction, { embeds: limitsPage(settings, texts, roleId) });
      return;
    }
    if (roleId === undefined) {
      await changeSettings(interaction, context, invoker, (settings) => editLimits(settings, values));
      return;
    }
    const known = await roleNames(interaction.client.rest, guildId);
    if (known.size > 0 && !known.has(roleId)) throw new SettingProblem(({ config }) => config.limits.noSuchRole);
    const role = { id: roleId, isGone: (id: string) => known.size > 0 && !known.has(id) };
    await changeSettings(interaction, context, invoker, (settings) => editLimits(settings, values, role), {
      note: texts.config.limits.mostGenerous,
    });
  },
};
