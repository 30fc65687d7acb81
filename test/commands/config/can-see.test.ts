import { OverwriteType } from 'discord.js';
import { expect, it } from 'vitest';
import { canSee } from '../../../src/commands/config/can-see.ts';
import { GUILD_ID, MODERATOR_ID, OTHER_ID, ROLES } from '../../support/settings-fixtures.ts';

const [CREW, GUESTS, ADMINISTRATORS] = ROLES;
const VIEW = String(1n << 10n);
const ADMINISTRATOR = String(1n << 3n);
const roles = (everyone: string) => [
  { id: GUILD_ID, permissions: everyone },
  { id: CREW, permissions: '0' },
  { id: GUESTS, permissions: '0' },
  { id: ADMINISTRATORS, permissions: ADMINISTRATOR },
];
const overwrite = (id: string, change: { allow?: string; deny?: string }) => ({
  id,
  type: id === MODERATOR_ID || id === OTHER_ID ? OverwriteType.Member : OverwriteType.Role,
  allow: '0',
  deny: '0',
  ...change,
});
const denied = (id: string) => overwrite(id, { deny: VIEW });
const allowed = (id: string) => overwrite(id, { allow: VIEW });

it.each([
  [true, 'everyone may', { everyone: VIEW }],
  [false, 'nobody may', {}],
  [false, 'everyone is kept out', { everyone: VIEW, overwrites: [denied(GUILD_ID)] }],
  [true, 'a role of theirs is let in', { overwrites: [denied(GUILD_ID), allowed(CREW)] }],
  [true, 'one of their roles is let in and one kept out', { overwrites: [allowed(CREW), denied(GUESTS)] }],
  [false, 'a role is let in that they have not', { overwrites: [allowed(ADMINISTRATORS), allowed(OTHER_ID)] }],
  [false, 'they themselves are kept out', { everyone: VIEW, overwrites: [denied(MODERATOR_ID), allowed(CREW)] }],
  [true, 'they themselves are let in', { overwrites: [denied(CREW), allowed(MODERATOR_ID)] }],
  [true, 'they are administrators', { roleIds: [ADMINISTRATORS], overwrites: [denied(GUILD_ID)] }],
])('is %s where %s', (sees, _, { everyone = '0', overwrites = [], roleIds = [CREW, GUESTS] }: Case) => {
  const invoker = { userId: MODERATOR_ID, guildId: GUILD_ID, roleIds };
  expect(canSee({ permission_overwrites: overwrites }, roles(everyone), invoker)).toBe(sees);
});

interface Case {
  readonly everyone?: string;
  readonly overwrites?: ReturnType<typeof overwrite>[];
  readonly roleIds?: readonly string[];
}
