import { describe, expect, it } from 'vitest';
import { channelsPage } from '../../../src/replies/settings/channels.ts';
import { en } from '../../../src/texts/en.ts';
import { CHANNEL_ID, ELSEWHERE_ID, parseSettings } from '../../support/settings-fixtures.ts';

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => String(30_000_000_000_000_000_000n + BigInt(index)));

describe('the page of both lists', () => {
  const textOf = (settings: object, names = new Map<string, string>()) =>
    channelsPage(parseSettings(settings), names, en).map(({ title, description }) => `${title}: ${description}`);

  it('tells channels that are no longer there from those that are', () => {
    const settings = { channels: { allow: [CHANNEL_ID, ELSEWHERE_ID] } };
    expect(textOf(settings, new Map([[CHANNEL_ID, '#art']]))).toEqual([
      `Allowed (2): <#${CHANNEL_ID}>\nNo longer in this server: \`${ELSEWHERE_ID}\``,
      'Denied (0): None (default).',
    ]);
    expect(textOf(settings)[0]).toBe(`Allowed (2): <#${CHANNEL_ID}>, <#${ELSEWHERE_ID}>`);
  });

  it('has room for two full lists, gone or not', () => {
    const settings = { channels: { allow: ids(100), deny: ids(100) } };
    for (const names of [new Map<string, string>(), new Map([[CHANNEL_ID, '#art']])]) {
      const text = textOf(settings, names).join('');
      expect(text).not.toContain('more');
      expect(text.length).toBeLessThan(5_500);
    }
  });
});
