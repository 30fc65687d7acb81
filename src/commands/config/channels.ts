import {
  ApplicationCommandOptionType,
  type BaseInteraction,
  ChannelType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { mention } from '../../replies/format.ts';
import { channelsPage } from '../../replies/settings/channels.ts';
import { SETTINGS_LIMITS, type Settings } from '../../settings/schema.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { isThread } from '../threads.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { choicesFrom } from './choices.ts';
import { findListed, type Listed, toChoices } from './find-listed.ts';
import { channelNames, visibleChannels } from './guild-names.ts';
import { type GuildInvoker, SettingProblem, type Subcommand, subcommandGroup } from './subcommand.ts';

const english = textsIn('en').config.channels;

type List = 'allow' | 'deny';

/** The settings with a channel on one of the two lists, and not on the other. @throws SettingProblem when the list is full */
export function listChannel(settings: Settings, list: List, channelId: string): Settings {
  const { channels } = settings;
  if (channels[list].includes(channelId)) return settings;
  if (channels[list].length >= SETTINGS_LIMITS.channels)
    throw new SettingProblem(({ config }) => config.channels.full(SETTINGS_LIMITS.channels));
  const other = list === 'allow' ? 'deny' : 'allow';
  const listed = { [list]: [...channels[list], channelId], [other]: channels[other].filter((id) => id !== channelId) };
  return { ...settings, channels: { ...channels, ...listed } };
}

/** The settings with a channel on neither list. @throws SettingProblem when it is on neither already */
export function unlistChannel(settings: Settings, channelId: string): Settings {
  const { channels } = settings;
  const without = (ids: readonly string[]) => ids.filter((id) => id !== channelId);
  const [allow, deny] = [without(channels.allow), without(channels.deny)];
  if (allow.length === channels.allow.length && deny.length === channels.deny.length)
    throw new SettingProblem(({ config }) => config.channels.notListed(mention('#', channelId)));
  return { ...settings, channels: { ...channels, allow, deny } };
}

/** What was chosen, by what Discord sent with it: a cache would not know every channel. */
function chosenChannel({ options }: ChatInputCommandInteraction): string {
  const { value, channel } = options.get('channel', true);
  if (!channel) throw new SettingProblem(({ config }) => config.channels.noSuchChannel);
  if (isThread(channel.type)) {
    const parentId = 'parentId' in channel ? channel.parentId : 'parent_id' in channel ? channel.parent_id : undefined;
    const parent = parentId ? mention('#', parentId) : undefined;
    throw new SettingProblem(({ config }) => config.channels.isThread(parent));
  }
  return String(value);
}

function listing(list: List): Parameters<typeof subcommandGroup>[1][number] {
  return {
    data: {
      type: ApplicationCommandOptionType.Subcommand,
      name: list,
      description: english[list].description,
      options: [
        {
          type: ApplicationCommandOptionType.Channel,
          name: 'channel',
          description: english[list].channel,
          // Without channel_types: Discord's OpenAPI document has none for media channels, and one that isn't taken means no command at all.
          required: true,
        },
      ],
    },
    async execute(interaction, context, invoker) {
      const channelId = chosenChannel(interaction);
      await changeSettings(interaction, context, invoker, (settings) => listChannel(settings, list, channelId));
    },
  };
}

/** All channels on both lists; by id alone those that are gone, or hidden from the moderator. */
async function listedChannels(
  { client }: Pick<BaseInteraction, 'client'>,
  invoker: GuildInvoker,
  { config }: Texts,
): Promise<Listed[]> {
  const [{ settings }, visible] = await Promise.all([invoker.rules, visibleChannels(client.rest, invoker)]);
  const { category, allowed, denied } = config.channels;
  const describe = (id: string, label: (name: string) => string): Listed => {
    const channel = visible.find((one) => one.id === id);
    if (!channel) return { id, label: label(id), names: [], mention: mention('#', id) };
    const { name, type } = channel;
    const shown = type === ChannelType.GuildCategory ? category(name) : `#${name}`;
    return { id, label: label(shown), names: [name, shown], mention: mention('#', id) };
  };
  const { allow, deny } = settings.channels;
  return [...allow.map((id) => describe(id, allowed)), ...deny.map((id) => describe(id, denied))];
}

const remove: Subcommand['execute'] = async (interaction, context, invoker, texts) => {
  await deferPrivately(interaction);
  const list = await listedChannels(interaction, invoker, texts);
  const typed = interaction.options.getString('channel', true);
  const channelId = findListed(list, typed, (name, { config }) => config.channels.notListed(name));
  await changeSettings(interaction, context, invoker, (settings) => unlistChannel(settings, channelId));
};

const offerListed: Subcommand['autocomplete'] = async (interaction, _context, invoker, texts) => {
  const list = await listedChannels(interaction, invoker, texts);
  await interaction.respond(choicesFrom(toChoices(list), interaction.options.getFocused()));
};

/** `channels`: where members can make images. */
export const channels = subcommandGroup({ name: 'channels', description: english.description }, [
  listing('allow'),
  listing('deny'),
  {
    data: {
      type: ApplicationCommandOptionType.Subcommand,
      name: 'remove',
      description: english.remove.description,
      options: [
        {
          type: ApplicationCommandOptionType.String,
          name: 'channel',
          description: english.remove.channel,
          required: true,
          autocomplete: true,
          max_length: 100,
        },
      ],
    },
    execute: remove,
    autocomplete: offerListed,
  },
  {
    data: { type: ApplicationCommandOptionType.Subcommand, name: 'list', description: english.list.description },
    async execute(interaction, _context, { guildId, rules }, texts) {
      await deferPrivately(interaction);
      const [{ settings }, names] = await Promise.all([rules, channelNames(interaction.client.rest, guildId)]);
      await answerPrivately(interaction, { embeds: channelsPage(settings, names, texts) });
    },
  },
]);
