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
import { COLOURS } from '../../replies/message.ts';
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

const FIRST_WORDS =
  'This channel now gets the log of the bot: finished images with their prompts, private ones too; refusals, blocks, and changes of the settings. Who can read this channel reads all of that. `/timeless-config log off:true` ends it.';

const NO_LOG_CHANNEL = 'The log needs a text channel, an announcement channel or a thread of this server.';

/** @throws SettingProblem for what Discord refuses because of permissions, or doesn't answer */
async function ask<T>(channelId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiscordAPIError && REFUSALS.has(error.code))
      throw new SettingProblem(
        `The bot can't write into <#${channelId}>. It needs View Channel, Send Messages (in threads: Send Messages in Threads) and Embed Links there; to a private thread it must be added. Change that and try again in a minute.`,
      );
    if (error instanceof DiscordAPIError && error.status < 500) throw error;
    throw new SettingProblem('Discord did not answer when the bot tried to write there. Try again in a minute.');
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
  if (!named) throw new SettingProblem(NO_LOG_CHANNEL);
  if (!mayWriteThere(named, invoker.channel.id === channelId))
    throw new SettingProblem(
      `You can't write into <#${channelId}>, so you can't make it the log. You need View Channel and Send Messages there (in threads: Send Messages in Threads; for a private thread Manage Threads, or use this command in it).`,
    );
  // True: this route answers with a channel.
  const channel = (await ask(channelId, () => rest.get(Routes.channel(channelId)))) as APIChannel;
  const isHere = 'guild_id' in channel && channel.guild_id === invoker.guildId;
  if (!isHere || !LOG_CHANNEL_TYPES.some((type) => type === channel.type)) throw new SettingProblem(NO_LOG_CHANNEL);
  await ask(channelId, () => write(rest, channelId, FIRST_WORDS));
}

/** Says in a channel that was the log who ended that: nobody should do it unseen. Where that can't be said, the operator reads it. */
export async function closeLogChannel(
  rest: REST,
  channelId: string,
  { userId, guildId }: GuildInvoker,
  log: Log,
): Promise<void> {
  try {
    await write(rest, channelId, `<@${userId}> has ended the log in this channel, by \`/timeless-config\`.`);
  } catch (error) {
    log.info({ err: error, guild: guildId }, 'the end of a log was not written into its channel');
  }
}

async function write(rest: REST, channelId: string, description: string): Promise<void> {
  const embeds = [{ color: COLOURS.ended, title: 'Log of Timeless', description }];
  await rest.post(Routes.channelMessages(channelId), { body: { embeds, allowed_mentions: { parse: [] } } });
}
