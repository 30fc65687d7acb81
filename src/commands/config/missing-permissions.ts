import { PermissionFlagsBits } from 'discord.js';
import type { Invoker } from '../invoker.ts';
import { isThread } from '../threads.ts';

/** What the bot needs where it paints, and does not have there, by the names that Discord's settings show. */
export function missingPermissions({ botPermissions, channel }: Pick<Invoker, 'botPermissions' | 'channel'>): string[] {
  const { Administrator, ViewChannel, EmbedLinks, AttachFiles, ReadMessageHistory } = PermissionFlagsBits;
  const { SendMessages, SendMessagesInThreads } = PermissionFlagsBits;
  if ((botPermissions & Administrator) !== 0n) return [];
  const needed: [bigint, string][] = [
    [ViewChannel, 'View Channel'],
    isThread(channel.type) ? [SendMessagesInThreads, 'Send Messages in Threads'] : [SendMessages, 'Send Messages'],
    [EmbedLinks, 'Embed Links'],
    [AttachFiles, 'Attach Files'],
    [ReadMessageHistory, 'Read Message History'],
  ];
  return needed.filter(([bit]) => (botPermissions & bit) === 0n).map(([, name]) => name);
}
