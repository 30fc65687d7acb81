import { describe, expect, it } from 'vitest';
import { blockChoices, blockList, blocksInForce, removeBlock } from '../../../src/commands/config/block-list.ts';
import { MEMBER_ID, MODERATOR_ID, NOW_MS, OTHER_ID, parseSettings, ROLES } from '../../settings/parts.ts';

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
    expect(() => removeBlock(settings, choice)).toThrow('There is no such block');
  });

  it('stand in the answer with their end and reason', () => {
    const { embeds, files } = blockList(blocksInForce(settings, NOW_MS), new Map());
    expect(files).toEqual([]);
    const at = (epochMs: number) => `<t:${Math.floor(epochMs / 1_000)}:f>`;
    expect(embeds[0]?.description).toBe(
      [
        `<@&${ROLES[0]}> until ${at(NOW_MS + 60_000)}, by <@${MODERATOR_ID}> ${at(NOW_MS)}`,
        `<@${MEMBER_ID}> until somebody lifts it, by <@${MODERATOR_ID}> ${at(NOW_MS)}: “spam”`,
      ].join('\n'),
    );
  });

  it('stand in a file when there are too many', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      ...by,
      kind: 'member',
      id: String(100_000_000_000_000_000n + BigInt(index)),
      name: `Member\n${index}`,
      untilMs: NOW_MS + 60_000,
      reason: 'a *reason*',
    }));
    const { embeds, files } = blockList(parseSettings({ blocks: many }).blocks, new Map());
    expect(embeds[0]).toMatchObject({ title: 'Blocks (1000)', description: 'All of them are in the file.' });
    const lines = files[0]?.attachment.toString().split('\n') ?? [];
    expect(lines).toHaveLength(1_001);
    expect(lines[7]).toBe(
      `member 100000000000000007 (Member 7) until 2026-11-22 20:01 UTC, by ${MODERATOR_ID} 2026-11-22 20:00 UTC: a *reason*`,
    );
  });
});
