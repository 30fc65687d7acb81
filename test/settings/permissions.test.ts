import { describe, expect, it } from 'vitest';
import { isAdministrator, isModerator, mayUseButton, type ServerMember } from '../../src/settings/permissions.ts';
import { defaultSettings } from '../../src/settings/schema.ts';
import { MEMBER_ID, OTHER_ID, parseSettings, ROLES } from '../support/settings-fixtures.ts';

const nobody: ServerMember = { userId: MEMBER_ID, roleIds: [], permissions: 0n };
const MODERATE_MEMBERS = 1_099_511_627_776n;

describe('a moderator', () => {
  it.each([
    ['Moderate Members', MODERATE_MEMBERS, true],
    ['Manage Server', 32n, true],
    ['Administrator', 8n, true],
    ['all other permissions', ~(MODERATE_MEMBERS | 32n | 8n) & ((1n << 53n) - 1n), false],
    ['none', 0n, false],
  ])('%s', (_, permissions, expected) => {
    expect(isModerator({ ...nobody, permissions }, defaultSettings)).toBe(expected);
  });

  it('is a member with a moderator role, who still is no administrator', () => {
    const settings = parseSettings({ moderatorRoleIds: [ROLES[0]] });
    const listed = { ...nobody, roleIds: [ROLES[1], ROLES[0]] };
    expect(isModerator(listed, settings)).toBe(true);
    expect(isModerator({ ...nobody, roleIds: [ROLES[1]] }, settings)).toBe(false);
    expect(isAdministrator(listed)).toBe(false);
    expect(isAdministrator({ permissions: MODERATE_MEMBERS | 32n })).toBe(false);
    expect(isAdministrator({ permissions: 8n })).toBe(true);
  });
});

describe('a button', () => {
  const withRole = { ...nobody, roleIds: [ROLES[0]] };
  const moderator = { ...nobody, permissions: MODERATE_MEMBERS };
  const rows: readonly [name: string, policy: object, member: ServerMember, requesterId: string, expected: boolean][] =
    [
      ['the requester', { who: 'requester' }, nobody, MEMBER_ID, true],
      ['a stranger, where the requester may', { who: 'requester' }, nobody, OTHER_ID, false],
      ['a moderator, where the requester may', { who: 'requester' }, moderator, OTHER_ID, true],
      ['a stranger, where anyone may', { who: 'anyone' }, nobody, OTHER_ID, true],
      ['who has the role', { who: 'role', roleId: ROLES[0] }, withRole, OTHER_ID, true],
      ['the requester without the role', { who: 'role', roleId: ROLES[0] }, nobody, MEMBER_ID, false],
      ['a moderator without the role', { who: 'role', roleId: ROLES[0] }, moderator, OTHER_ID, true],
    ];

  it.each(rows.map(([name, ...row]) => ({ name, row })))('may be used by $name, or not', ({ row }) => {
    const [policy, member, requesterId, expected] = row;
    for (const button of ['reroll', 'newSeed', 'delete'] as const) {
      const settings = parseSettings({ buttons: { [button]: policy } });
      expect(mayUseButton(button, member, requesterId, settings)).toBe(expected);
    }
  });

  it('of a server without settings: anyone may reroll, only the requester may delete', () => {
    expect(mayUseButton('reroll', nobody, OTHER_ID, defaultSettings)).toBe(true);
    expect(mayUseButton('newSeed', nobody, OTHER_ID, defaultSettings)).toBe(true);
    expect(mayUseButton('delete', nobody, OTHER_ID, defaultSettings)).toBe(false);
    expect(mayUseButton('delete', nobody, MEMBER_ID, defaultSettings)).toBe(true);
  });
});
