import { describe, expect, it } from 'vitest';
import { listChannel, unlistChannel } from '../../../src/commands/config/channels.ts';
import { CATEGORY_ID, CHANNEL_ID, ELSEWHERE_ID, parseSettings } from '../../support/settings-fixtures.ts';

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => String(30_000_000_000_000_000_000n + BigInt(index)));
const lists = (settings: ReturnType<typeof parseSettings>) => settings.channels;

describe('the lists of channels', () => {
  it.each(['allow', 'deny'] as const)('have a channel on one of them only: %s', (list) => {
    const other = list === 'allow' ? 'deny' : 'allow';
    const settings = parseSettings({ channels: { [list]: [CATEGORY_ID], [other]: [CHANNEL_ID, ELSEWHERE_ID] } });
    expect(lists(listChannel(settings, list, CHANNEL_ID))).toEqual({
      [list]: [CATEGORY_ID, CHANNEL_ID],
      [other]: [ELSEWHERE_ID],
    });
  });

  it('stay as they are when a channel is listed already', () => {
    const settings = parseSettings({ channels: { allow: [CHANNEL_ID, CATEGORY_ID] } });
    expect(listChannel(settings, 'allow', CHANNEL_ID)).toBe(settings);
  });

  it('take 100 channels each, and say so of the next', () => {
    const settings = parseSettings({ channels: { allow: ids(99), deny: ids(100) } });
    expect(lists(listChannel(settings, 'allow', CHANNEL_ID)).allow).toHaveLength(100);
    expect(() => listChannel(settings, 'deny', CHANNEL_ID)).toThrow('holds 100 channels');
  });

  it('lose a channel from wherever it is', () => {
    const settings = parseSettings({ channels: { allow: [CHANNEL_ID], deny: [CATEGORY_ID] } });
    expect(lists(unlistChannel(settings, CHANNEL_ID))).toEqual({ allow: [], deny: [CATEGORY_ID] });
    expect(lists(unlistChannel(settings, CATEGORY_ID))).toEqual({ allow: [CHANNEL_ID], deny: [] });
    expect(() => unlistChannel(settings, ELSEWHERE_ID)).toThrow(`<#${ELSEWHERE_ID}> isn't on either list`);
  });
});
