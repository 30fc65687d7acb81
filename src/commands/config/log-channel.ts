import {
  type APIChannel,
  ChannelType,
  DiscordAPIError,
  PermissionFlagsBits,
  type REST,
  RESTJSONErrorCodes,
  Routes,
} from 'discord.js';
import type { Log } from '../../log.ts';
import { mention } from '../../replies/format.ts';
import { COLOURS } from '../../replies/message.ts';
import { textsIn } from '../../texts/index.ts';
import type { NamedChannel } from '../invoker.ts';
import { isThread, THREAD_TYPES } from '../threads.ts';
import { type GuildInvoker, SettingProblem } from './subcommand.ts';

/** Where a log can be read: text channels and threads. */
export const LOG_CHANNEL_TYPES = [ChannelType.GuildText, ChannelType.GuildAnnouncement, ...THREAD_TYPES] as const;

const REFUSALS: ReadonlySet<unknown> = new Set([
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
]);

// The log speaks English, whoever reads it.
const { log: english } = textsIn('en').config;

const wrongChannel = () => new SettingProblem(({ config }) => config.log.wrongChannel);

/** @throws SettingProblem for what Discord refuses because of permissions, or doesn't answer */
async function ask<T>(channelId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiscordAPIError && REFUSALS.has(error.code))
      throw new SettingProblem(({ config }) => config.log.botCannotWrite(mention('#', channelId)));
    if (error instanceof DiscordAPIError && error.status < 500) throw error;
    throw new SettingProblem(({ config }) => config.log.noAnswer);
  }
}

/**
 * Whether the moderator could write there without the bot, as Discord said with this very command: else they would have it write, for
 * all to read, where others keep them out.
 */
function mayWriteThere({ type, permissions }: NamedChannel, isHere: boolean): boolean {
  const { ViewChannel, SendMessages, SendMessagesInThreads, ManageThreads } = PermissionFlagsBits;
  const needed = ViewChannel | (isThread(type) ? SendMessagesInThreads : SendMessages);
  if ((permissions & needed) !== needed) return false;
  // The permissions are those in the channel that it hangs in: who isn't in a private thread sees it by this one alone.
  return type !== ChannelType.PrivateThread || isHere || (permissions & ManageThreads) !== 0n;
}

/**
 * Writes the first message into a channel that is to be a server's log: only that shows that the bot may.
 * @throws SettingProblem when it is none of the server's, or the moderator or the bot can't write there
 */
export async function openLogChannel(rest: REST, invoker: GuildInvoker, channelId: string): Promise<void> {
  const named = invoker.namedChannels.get(channelId);
  if (!named) throw wrongChannel();
  if (!mayWriteThere(named, invoker.channel.id === channelId))
    throw new SettingProblem(({ config }) => config.log.moderatorCannotWrite(mention('#', channelId)));
  // Safe cast: this route answers with a channel.
  const channel = (await ask(channelId, () => rest.get(Routes.channel(channelId)))) as APIChannel;
  const isHere = 'guild_id' in channel && channel.guild_id === invoker.guildId;
  if (!isHere || !LOG_CHANNEL_TYPES.some((type) => type === channel.type)) throw wrongChannel();
  await ask(channelId, () => write(rest, channelId, english.opened));
}

/** Says in a channel that was the log who ended that: nobody should do it unseen. Where that can't be said, the operator reads it. */
export async function closeLogChannel(
  rest: REST,
  channelId: string,
  { userId, guildId }: GuildInvoker,
  log: Log,
): Promise<void> {
  try {
    await write(rest, channelId, english.closed(mention('@', userId)));
  } catch (error) {
    log.info({ err: error, guild: guildId }, 'last message in the log channel failed');
  }
}

async function write(rest: REST, channelId: string, description: string): Promise<void> {
  const embeds = [{ color: COLOURS.ended, title: english.title, description }];
  await rest.post(Routes.channelMessages(channelId), { body: { embeds, allowed_mentions: { parse: [] } } });
}
