import { ApplicationCommandOptionType } from 'discord.js';
import { settingLines } from '../../replies/settings/lines.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { idOption } from './given-options.ts';
import { LOG_CHANNEL_TYPES, openLogChannel } from './log-channel.ts';
import { type GuildInvoker, SettingProblem, type Subcommand } from './subcommand.ts';

const english = textsIn('en').config.log;

async function shown({ modLog }: CommandContext, { guildId, rules }: GuildInvoker): Promise<string> {
  const { settings } = await rules;
  const trouble = modLog.troubleOf(guildId);
  const lines = settingLines(settings, ['logChannelId']);
  return [...lines, ...(trouble === undefined ? [] : [`⚠️ ${trouble}`])].join('\n');
}

/** `/timeless-config log`: shows or sets where moderators read what happens. */
export const log: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'log',
    description: english.description,
    options: [
      {
        type: ApplicationCommandOptionType.Channel,
        name: 'channel',
        description: english.channel,
        channel_types: [...LOG_CHANNEL_TYPES],
      },
      { type: ApplicationCommandOptionType.Boolean, name: 'off', description: english.off },
    ],
  },

  async execute(interaction, context, invoker, { config }) {
    const channelId = idOption(interaction, 'channel');
    const isOff = interaction.options.getBoolean('off') ?? false;
    if (channelId !== undefined && isOff) throw new SettingProblem(() => config.log.both);
    if (isOff) {
      await changeSettings(interaction, context, invoker, ({ logChannelId: _, ...settings }) => settings);
      return;
    }
    await deferPrivately(interaction);
    if (channelId === undefined) {
      await answerPrivately(interaction, { content: await shown(context, invoker) });
      return;
    }
    await openLogChannel(interaction.client.rest, invoker, channelId);
    await changeSettings(interaction, context, invoker, (settings) => ({ ...settings, logChannelId: channelId }), {
      note: config.log.membersKnow,
    });
  },
};
