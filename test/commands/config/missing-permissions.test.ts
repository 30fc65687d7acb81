import { ChannelType, PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { missingPermissions } from '../../../src/commands/config/missing-permissions.ts';
import { textsIn } from '../../../src/texts/index.ts';

const { Administrator, ViewChannel, SendMessages, SendMessagesInThreads } = PermissionFlagsBits;
const { EmbedLinks, AttachFiles, ReadMessageHistory } = PermissionFlagsBits;
const BESIDE_SENDING = ViewChannel | EmbedLinks | AttachFiles | ReadMessageHistory;
const ALL = ['View Channel', 'Send Messages', 'Embed Links', 'Attach Files', 'Read Message History'];

const missing = (botPermissions: bigint, type: ChannelType = ChannelType.GuildText) =>
  missingPermissions({ botPermissions, channel: { id: '10000000000000001', type } }, textsIn('en'));

describe('missingPermissions', () => {
  it('names all that the bot needs and does not have', () => {
    expect(missing(0n)).toEqual(ALL);
    expect(missing(BESIDE_SENDING | SendMessages)).toEqual([]);
    expect(missing(BESIDE_SENDING)).toEqual(['Send Messages']);
  });

  it('wants another permission in threads', () => {
    expect(missing(BESIDE_SENDING | SendMessages, ChannelType.PublicThread)).toEqual(['Send Messages in Threads']);
    expect(missing(BESIDE_SENDING | SendMessagesInThreads, ChannelType.PrivateThread)).toEqual([]);
  });

  it('misses nothing as administrator', () => {
    expect(missing(Administrator)).toEqual([]);
  });
});
