import { type APIApplicationCommandSubcommandOption, ApplicationCommandOptionType } from 'discord.js';
import { listed, mention } from '../../replies/format.ts';
import { isAdministrator } from '../../settings/permissions.ts';
import { SETTINGS_LIMITS } from '../../settings/schema.ts';
import { findSnowflake } from '../../snowflake.ts';
import { textsIn } from '../../texts/index.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { choicesFrom } from './choices.ts';
import { idOption } from './given-options.ts';
import { roleNames } from './guild-names.ts';
import { type GuildInvoker, SettingProblem, type Subcommand, subcommandGroup } from './subcommand.ts';

const MAX_ROLES = SETTINGS_LIMITS.moderatorRoles;
const LIST_LENGTH = 1_500;

const ADMINISTRATORS_ONLY = 'Only administrators may change or list the roles whose members are moderators.';

type Part = Subcommand<APIApplicationCommandSubcommandOption>;

/** Refuses, logged, who is a moderator but no administrator. */
function forAdministrators(part: Part): Part {
  const { data, execute, autocomplete } = part;
  return {
    data,
    async execute(interaction, context, invoker) {
      if (isAdministrator(invoker)) return execute(interaction, context, invoker);
      const what = `/timeless-config moderators ${data.name}`;
      context.log.warn({ user: invoker.userId, guild: invoker.guildId, what }, 'refused to a moderator');
      await answerPrivately(interaction, { content: ADMINISTRATORS_ONLY });
      context.modLog.note(invoker.guildId, { kind: 'denied', memberId: invoker.userId, what });
    },
    async autocomplete(interaction, context, invoker) {
      if (autocomplete && isAdministrator(invoker)) await autocomplete(interaction, context, invoker);
      else await interaction.respond([]);
    },
  };
}

async function listedIds({ rules }: GuildInvoker): Promise<readonly string[]> {
  return (await rules).settings.moderatorRoleIds;
}

const add: Part = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'add',
    description: 'Make a role moderators',
    options: [{ type: ApplicationCommandOptionType.Role, name: 'role', description: 'Role', required: true }],
  },
  async execute(interaction, context, invoker) {
    const roleId = idOption(interaction, 'role');
    if (roleId === undefined) throw new SettingProblem('Pick a `role`.');
    if (roleId === invoker.guildId) throw new SettingProblem('Not everyone can be a moderator. Pick another role.');
    await changeSettings(
      interaction,
      context,
      invoker,
      (settings) => {
        const before = settings.moderatorRoleIds;
        if (before.includes(roleId)) return settings;
        if (before.length >= MAX_ROLES)
          throw new SettingProblem(`At most ${MAX_ROLES} roles can be listed. Remove one first.`);
        return { ...settings, moderatorRoleIds: [...before, roleId] };
      },
      {
        note: 'Discord shows `/timeless-config` only to Moderate Members: allow it for this role under Server Settings > Integrations.',
      },
    );
  },
};

const remove: Part = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'remove',
    description: 'Take a role off the list',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'role',
        description: 'Listed role',
        required: true,
        autocomplete: true,
      },
    ],
  },
  async execute(interaction, context, invoker) {
    const roleId = findSnowflake(interaction.options.getString('role', true));
    await changeSettings(interaction, context, invoker, (settings) => {
      const { moderatorRoleIds } = settings;
      if (roleId === undefined || !moderatorRoleIds.includes(roleId))
        throw new SettingProblem('That role is not listed. Pick one of those that are offered.');
      return { ...settings, moderatorRoleIds: moderatorRoleIds.filter((id) => id !== roleId) };
    });
  },
  async autocomplete(interaction, _context, invoker) {
    const ids = await listedIds(invoker);
    const names = await roleNames(interaction.client.rest, invoker.guildId);
    const choices = ids.map((id) => ({ name: names.get(id) ?? id, value: id }));
    await interaction.respond(choicesFrom(choices, interaction.options.getFocused()));
  },
};

const list: Part = {
  data: { type: ApplicationCommandOptionType.Subcommand, name: 'list', description: 'Listed roles' },
  async execute(interaction, _context, invoker) {
    await deferPrivately(interaction);
    const ids = await listedIds(invoker);
    const roles = ids.map((id) => mention('@&', id));
    const content =
      roles.length === 0
        ? 'No roles are listed. Moderators are who has Moderate Members, Manage Server or Administrator.'
        : `Moderators by role: ${listed(roles, LIST_LENGTH, textsIn(interaction.locale))}`;
    await answerPrivately(interaction, { content });
  },
};

/** `/timeless-config moderators`: roles whose members are moderators, beside those who are by permission. */
export const moderators = subcommandGroup(
  { name: 'moderators', description: 'Moderator roles, for administrators' },
  [add, remove, list].map(forAdministrators),
);
