import {
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  type BaseInteraction,
} from 'discord.js';
import { listed, mention } from '../../replies/format.ts';
import { isAdministrator } from '../../settings/permissions.ts';
import { SETTINGS_LIMITS } from '../../settings/schema.ts';
import { textsIn } from '../../texts/index.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { choicesFrom } from './choices.ts';
import { findListed, type Listed, toChoices } from './find-listed.ts';
import { idOption } from './given-options.ts';
import { roleNames } from './guild-names.ts';
import { type GuildInvoker, SettingProblem, type Subcommand, subcommandGroup } from './subcommand.ts';

const MAX_ROLES = SETTINGS_LIMITS.moderatorRoles;
const LIST_LENGTH = 1_500;

const english = textsIn('en').config.moderators;

type Part = Subcommand<APIApplicationCommandSubcommandOption>;

/** Refuses moderators who aren't administrators, and logs that. */
function forAdministrators(part: Part): Part {
  const { data, execute, autocomplete } = part;
  return {
    data,
    async execute(interaction, context, invoker, texts) {
      if (isAdministrator(invoker)) return execute(interaction, context, invoker, texts);
      const what = `/timeless-config moderators ${data.name}`;
      context.log.warn({ user: invoker.userId, guild: invoker.guildId, what }, 'command denied: not an administrator');
      await answerPrivately(interaction, { content: texts.config.moderators.administratorsOnly });
      context.modLog.note(invoker.guildId, { kind: 'denied', memberId: invoker.userId, what });
    },
    async autocomplete(interaction, context, invoker, texts) {
      if (autocomplete && isAdministrator(invoker)) await autocomplete(interaction, context, invoker, texts);
      else await interaction.respond([]);
    },
  };
}

async function listedIds({ rules }: GuildInvoker): Promise<readonly string[]> {
  return (await rules).settings.moderatorRoleIds;
}

async function listedRoles({ client }: Pick<BaseInteraction, 'client'>, invoker: GuildInvoker): Promise<Listed[]> {
  const [ids, names] = await Promise.all([listedIds(invoker), roleNames(client.rest, invoker.guildId)]);
  return ids.map((id) => {
    const name = names.get(id);
    return {
      id,
      label: name ?? id,
      names: name === undefined ? [] : [name, `@${name}`],
      mention: mention('@&', id),
    };
  });
}

const add: Part = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'add',
    description: english.add.description,
    options: [{ type: ApplicationCommandOptionType.Role, name: 'role', description: english.add.role, required: true }],
  },
  async execute(interaction, context, invoker, { config }) {
    const roleId = idOption(interaction, 'role');
    if (roleId === undefined) throw new SettingProblem(() => config.notFromPicker('role'));
    if (roleId === invoker.guildId) throw new SettingProblem(() => config.moderators.everyone);
    await changeSettings(
      interaction,
      context,
      invoker,
      (settings) => {
        const before = settings.moderatorRoleIds;
        if (before.includes(roleId)) return settings;
        if (before.length >= MAX_ROLES) throw new SettingProblem(() => config.moderators.full(MAX_ROLES));
        return { ...settings, moderatorRoleIds: [...before, roleId] };
      },
      { note: config.moderators.showCommand },
    );
  },
};

const remove: Part = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'remove',
    description: english.remove.description,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'role',
        description: english.remove.role,
        required: true,
        autocomplete: true,
      },
    ],
  },
  async execute(interaction, context, invoker) {
    await deferPrivately(interaction);
    const list = await listedRoles(interaction, invoker);
    const typed = interaction.options.getString('role', true);
    const roleId = findListed(list, typed, (name, { config }) => config.moderators.notListed(name));
    await changeSettings(interaction, context, invoker, (settings) => {
      const { moderatorRoleIds } = settings;
      if (!moderatorRoleIds.includes(roleId))
        throw new SettingProblem(({ config }) => config.moderators.notListed(mention('@&', roleId)));
      return { ...settings, moderatorRoleIds: moderatorRoleIds.filter((id) => id !== roleId) };
    });
  },
  async autocomplete(interaction, _context, invoker) {
    const list = await listedRoles(interaction, invoker);
    await interaction.respond(choicesFrom(toChoices(list), interaction.options.getFocused()));
  },
};

const list: Part = {
  data: { type: ApplicationCommandOptionType.Subcommand, name: 'list', description: english.list.description },
  async execute(interaction, _context, invoker, texts) {
    await deferPrivately(interaction);
    const ids = await listedIds(invoker);
    const roles = ids.map((id) => mention('@&', id));
    const { none, listed: some } = texts.config.moderators;
    await answerPrivately(interaction, {
      content: roles.length === 0 ? none : some(listed(roles, LIST_LENGTH, texts)),
    });
  },
};

/** `/timeless-config moderators`: roles whose members are moderators, beside those who are by permission. */
export const moderators = subcommandGroup(
  { name: 'moderators', description: english.description },
  [add, remove, list].map(forAdministrators),
);
