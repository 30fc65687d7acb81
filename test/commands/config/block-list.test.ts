import { describe, expect, it } from 'vitest';
import { blocksInForce, listedBlocks, removeBlock } from '../../../src/commands/config/block-list.ts';
import { textsIn } from '../../../src/texts/index.ts';
import { MEMBER_ID, MODERATOR_ID, NOW_MS, OTHER_ID, parseSettings, ROLES } from '../../support/settings-fixtures.ts';

const by = { byId: MODERATOR_ID, atMs: NOW_MS };
const settings = parseSettings({
  blocks: [
    { ...by, kind: 'member', id: MEMBER_ID, name: 'Mallory', reason: 'spam' },
    { ...by, kind: 'role', id: ROLES[0], atMs: NOW_MS + 1, untilMs: NOW_MS + 60_000 },
    { ...by, kind: 'member', id: OTHER_ID, untilMs: NOW_MS },
  ],
});

describe('blocks', () => {
  it('are in force until their end, the latest first', () => {
    expect(blocksInForce(settings, NOW_MS).map(({ id }) => id)).toEqual([ROLES[0], MEMBER_ID]);
  });

  it('are offered by name as far as names are known, with an id that tells members apart', () => {
    const listed = (names: ReadonlyMap<string, string>) => listedBlocks(settings.blocks, names, textsIn('en'));
    expect(listed(new Map([[ROLES[0], 'artists']]))).toEqual([
      {
        id: MEMBER_ID,
        label: `Mallory (${MEMBER_ID})`,
        names: ['Mallory', '@Mallory'],
        mention: `<@${MEMBER_ID}>`,
      },
      { id: ROLES[0], label: 'artists (role)', names: ['artists', '@artists'], mention: `<@&${ROLES[0]}>` },
      { id: OTHER_ID, label: `member ${OTHER_ID}`, names: [], mention: `<@${OTHER_ID}>` },
    ]);
    expect(listed(new Map())[1]?.label).toBe(`role ${ROLES[0]}`);
  });

  it('are lifted by id', () => {
    expect(removeBlock(settings, MEMBER_ID).blocks.map(({ id }) => id)).toEqual([ROLES[0], OTHER_ID]);
    expect(() => removeBlock(settings, MODERATOR_ID)).toThrow(`\`${MODERATOR_ID}\` isn't blocked`);
  });
});
