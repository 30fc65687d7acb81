import { describe, expect, it } from 'vitest';
import { blockChoices, blocksInForce, removeBlock } from '../../../src/commands/config/block-list.ts';
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
    const offered = (names: ReadonlyMap<string, string>) => blockChoices(settings.blocks, names);
    expect(offered(new Map([[ROLES[0], 'artists']]))).toEqual([
      { name: `Mallory (${MEMBER_ID})`, value: `member:${MEMBER_ID}` },
      { name: 'artists (role)', value: `role:${ROLES[0]}` },
      { name: `member ${OTHER_ID}`, value: `member:${OTHER_ID}` },
    ]);
    expect(offered(new Map())[1]?.name).toBe(`role ${ROLES[0]}`);
  });

  it.each([`member:${MEMBER_ID}`, MEMBER_ID, `<@${MEMBER_ID}>`])('are lifted by %s', (choice) => {
    expect(removeBlock(settings, choice).blocks.map(({ id }) => id)).toEqual([ROLES[0], OTHER_ID]);
  });

  it.each(['mallory', '', `member:${MODERATOR_ID}`])('are not lifted by “%s”', (choice) => {
    expect(() => removeBlock(settings, choice)).toThrow("isn't blocked");
  });
});
