import { describe, expect, it } from 'vitest';
import { defaultSettings, settingsSchema } from '../../src/settings/schema.ts';
import { MEMBER_ID, parseSettings, ROLES } from '../support/settings-fixtures.ts';

describe('settings', () => {
  it('have a default for everything', () => {
    expect(defaultSettings).toEqual({
      version: 1,
      limits: { everyone: {}, roles: {} },
      channels: { allow: [], deny: [] },
      safety: { onlyAgeRestricted: false, spoilers: false, privateAllowed: true },
      filterWords: [],
      blocks: [],
      defaults: {},
      styles: [],
      budget: {},
      buttons: { reroll: { who: 'anyone' }, newSeed: { who: 'anyone' }, delete: { who: 'requester' } },
      moderatorRoleIds: [],
    });
  });

  it('can’t be changed in place', () => {
    const settings = parseSettings({ limits: { roles: { [ROLES[0]]: { maxSteps: 30 } } } });
    for (const part of [
      settings,
      settings.limits.everyone,
      settings.limits.roles,
      settings.channels,
      settings.channels.deny,
      settings.filterWords,
      settings.blocks,
      settings.buttons.delete,
      settings.safety,
    ])
      expect(Object.isFrozen(part)).toBe(true);
    expect(Object.isFrozen(settings.limits.roles[ROLES[0]])).toBe(true);
  });

  it.each([
    ['a limit below -1', { limits: { everyone: { imagesPerDay: -2 } } }],
    ['half an image', { limits: { everyone: { imagesPerDay: 0.5 } } }],
    ['a negative fraction of a megapixel', { limits: { everyone: { maxMegapixels: -0.5 } } }],
    ['a cooldown of more than a day', { limits: { everyone: { cooldownSeconds: 86_401 } } }],
    ['a role that is no id', { limits: { roles: { admins: {} } } }],
    ['a negative budget', { budget: { dayUsd: -0.01 } }],
    ['an endless budget', { budget: { dayUsd: Number.POSITIVE_INFINITY } }],
    ['a block of neither member nor role', { blocks: [{ kind: 'server', id: MEMBER_ID, byId: MEMBER_ID, atMs: 1 }] }],
    ['a button for nobody knows whom', { buttons: { delete: { who: 'role' } } }],
    ['a size in words', { defaults: { size: 'large' } }],
  ])('refuse %s', (_, given) => {
    expect(settingsSchema.safeParse(given).success).toBe(false);
  });
});
