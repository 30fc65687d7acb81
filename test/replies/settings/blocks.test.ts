import { describe, expect, it } from 'vitest';
import { blocksPage } from '../../../src/replies/settings/blocks.ts';
import { en } from '../../../src/texts/en.ts';
import { MEMBER_ID, MODERATOR_ID, NOW_MS, parseSettings, ROLES } from '../../support/settings-fixtures.ts';

const by = { byId: MODERATOR_ID, atMs: NOW_MS };
const settings = parseSettings({
  blocks: [
    { ...by, kind: 'role', id: ROLES[0], untilMs: NOW_MS + 60_000 },
    { ...by, kind: 'member', id: MEMBER_ID, name: 'Mallory', reason: 'spam' },
  ],
});

describe('the page of blocks', () => {
  it('says when there are none', () => {
    const { embeds, files } = blocksPage([], new Map(), en);
    expect(embeds[0]).toMatchObject({ title: 'Blocks (0)', description: 'Nobody is blocked (default).' });
    expect(files).toEqual([]);
  });

  it('shows their end and reason', () => {
    const { embeds, files } = blocksPage(settings.blocks, new Map(), en);
    expect(files).toEqual([]);
    const at = (epochMs: number) => `<t:${Math.floor(epochMs / 1_000)}:f>`;
    expect(embeds[0]?.description).toBe(
      [
        `<@&${ROLES[0]}> until ${at(NOW_MS + 60_000)}, blocked by <@${MODERATOR_ID}> ${at(NOW_MS)}`,
        `<@${MEMBER_ID}> until lifted, blocked by <@${MODERATOR_ID}> ${at(NOW_MS)}: “spam”`,
      ].join('\n'),
    );
  });

  it('is a file when there are too many', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      ...by,
      kind: 'member',
      id: String(100_000_000_000_000_000n + BigInt(index)),
      name: `Member\n${index}`,
      untilMs: NOW_MS + 60_000,
      reason: 'a *reason*',
    }));
    const { embeds, files } = blocksPage(parseSettings({ blocks: many }).blocks, new Map(), en);
    expect(embeds[0]).toMatchObject({ title: 'Blocks (1,000)', description: 'The full list is in the attached file.' });
    const lines = files[0]?.attachment.toString().split('\n') ?? [];
    expect(lines).toHaveLength(1_001);
    expect(lines[7]).toBe(
      `member 100000000000000007 (Member 7) until 2026-11-22T20:01:00.000Z, blocked by ${MODERATOR_ID} 2026-11-22T20:00:00.000Z: a *reason*`,
    );
  });
});
