import {
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  type BaseInteraction,
  type ChatInputCommandInteraction,
  type CommandInteractionOption,
  GuildMember,
} from 'discord.js';
import { blockedText, blockProblemText } from '../../replies/blocked.ts';
import { purgeButtons } from '../../replies/purged.ts';
import { blocksPage } from '../../replies/settings/blocks.ts';
import { SETTINGS_LIMITS } from '../../settings/schema.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { now } from '../../time.ts';
import { addBlock } from '../block-member.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { blocksInForce, listedBlocks, removeBlock } from './block-list.ts';
import { changeSettings } from './change-settings.ts';
import { choicesFrom } from './choices.ts';
import { parseDuration } from './duration.ts';
import { findListed, type Listed, toChoices } from './find-listed.ts';
import { roleNames } from './guild-names.ts';
import { type GuildInvoker, SettingProblem, type Subcommand, subcommandGroup } from './subcommand.ts';

const english = textsIn('en').config.block;
const MAX_DURATION_LENGTH = 30;

interface Blocked {
  readonly kind: 'member' | 'role';
  readonly id: string;
  /** As it is now, to be found by later. */
  readonly name: string;
}

/** Whom the moderator means, by what Discord sent with it: a cache would not know everybody. */
function chosenBlocked({ options }: ChatInputCommandInteraction): Blocked {
  const [member, role] = [options.get('member'), options.get('role')];
  if (!member && !role) throw new SettingProblem(({ config }) => config.block.missing);
  if (member && role) throw new SettingProblem(({ config }) => config.block.both);
  const name = member ? nameOfMember(member) : role?.role?.name;
  if (name === undefined) throw new SettingProblem(({ config }) => config.block.unknown);
  const kind = member ? 'member' : 'role';
  return { kind, id: String((member ?? role)?.value), name };
}

/** What the server calls a member; who has left it still has a name of their own. */
function nameOfMember({ user, member }: CommandInteractionOption): string | undefined {
  const nickname = member instanceof GuildMember ? member.nickname : member?.nick;
  return nickname ?? user?.displayName;
}

function chosenEnd({ options }: ChatInputCommandInteraction): { untilMs?: number } {
  const duration = options.getString('duration');
  if (duration === null) return {};
  const lengthMs = parseDuration(duration);
  if (lengthMs === undefined) throw new SettingProblem(({ config }) => config.block.duration);
  return { untilMs: now() + lengthMs };
}

function chosenReason({ options }: ChatInputCommandInteraction): { reason?: string } {
  const reason = options.getString('reason')?.trim() ?? '';
  if (reason.length > SETTINGS_LIMITS.reasonLength)
    throw new SettingProblem(({ config }) => config.block.reasonTooLong(SETTINGS_LIMITS.reasonLength));
  return reason === '' ? {} : { reason };
}

const add: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'add',
    description: english.add.description,
    options: [
      { type: ApplicationCommandOptionType.User, name: 'member', description: english.add.member },
      { type: ApplicationCommandOptionType.Role, name: 'role', description: english.add.role },
      {
        type: ApplicationCommandOptionType.String,
        name: 'duration',
        description: english.add.duration,
        max_length: MAX_DURATION_LENGTH,
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'reason',
        description: english.add.reason,
        max_length: SETTINGS_LIMITS.reasonLength,
      },
    ],
  },
  async execute(interaction, context, invoker, texts) {
    const block = { ...chosenBlocked(interaction), ...chosenEnd(interaction), ...chosenReason(interaction) };
    await deferPrivately(interaction);
    const { rest, user } = interaction.client;
    const outcome = await addBlock({ context, invoker, rest, botId: user.id }, block);
    if ('problem' in outcome) throw new SettingProblem((its) => blockProblemText(outcome.problem, its));
    const components = block.kind === 'member' ? purgeButtons(block.id, texts) : [];
    await answerPrivately(interaction, { content: blockedText(block, outcome, invoker.userId, texts), components });
  },
};

async function listBlocks(
  { client }: Pick<BaseInteraction, 'client'>,
  { guildId, rules }: GuildInvoker,
  texts: Texts,
): Promise<Listed[]> {
  const blocks = blocksInForce((await rules).settings, now());
  const hasRoles = blocks.some(({ kind }) => kind === 'role');
  const names = hasRoles ? await roleNames(client.rest, guildId) : new Map<string, string>();
  return listedBlocks(blocks, names, texts);
}

const remove: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'remove',
    description: english.remove.description,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'blocked',
        description: english.remove.blocked,
        required: true,
        autocomplete: true,
        max_length: 100,
      },
    ],
  },
  async execute(interaction, context, invoker, texts) {
    await deferPrivately(interaction);
    const list = await listBlocks(interaction, invoker, texts);
    const typed = interaction.options.getString('blocked', true);
    const id = findListed(list, typed, (name, { config }) => config.block.notListed(name));
    await changeSettings(interaction, context, invoker, (settings) => removeBlock(settings, id));
  },
  async autocomplete(interaction, _context, invoker, texts) {
    const list = await listBlocks(interaction, invoker, texts);
    await interaction.respond(choicesFrom(toChoices(list), interaction.options.getFocused()));
  },
};

const list: Subcommand<APIApplicationCommandSubcommandOption> = {
  data: { type: ApplicationCommandOptionType.Subcommand, name: 'list', description: english.list.description },
  async execute(interaction, _context, { guildId, rules }, texts) {
    await deferPrivately(interaction);
    const [{ settings }, names] = await Promise.all([rules, roleNames(interaction.client.rest, guildId)]);
    await answerPrivately(interaction, blocksPage(blocksInForce(settings, now()), names, texts));
  },
};

/** `block`: who can't make images. */
export const block = subcommandGroup({ name: 'block', description: english.description }, [add, remove, list]);
