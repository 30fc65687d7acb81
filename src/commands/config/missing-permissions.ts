import { PermissionFlagsBits } from 'discord.js';
import type { Texts } from '../../texts/index.ts';
import type { Invoker } from '../invoker.ts';
import { isThread } from '../threads.ts';

/** What the bot needs where it makes images, and does not have there, by the names that Discord's settings show. */
export function missingPermissions(
  { botPermissions, channel }: Pick<Invoker, 'botPermissions' | 'channel'>,
  { config: { permissions } }: Texts,
): string[] {
  const { Administrator, ViewChannel, EmbedLinks, AttachFiles, ReadMessageHistory } = PermissionFlagsBits;
  const { SendMessages, SendMessagesInThreads } = PermissionFlagsBits;
  if ((botPermissions & Administrator) !== 0n) return [];
  const needed: [bigint, string][] = [
    [ViewChannel, permissions.viewChannel],
    isThread(channel.type)
      ? [SendMessagesInThreads, permissions.sendMessagesInThreads]
      : [SendMessages, permissions.sendMessages],
    [EmbedLinks, permissions.embedLinks],
    [AttachFiles, permissions.attachFiles],
    [ReadMessageHistory, permissions.readMessageHistory],
  ];
  return needed.filter(([bit]) => (botPermissions & bit) === 0n).map(([, name]) => name);
}
