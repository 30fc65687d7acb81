import { expect, it } from 'vitest';
import { resetSettings } from '../../../src/commands/config/reset-confirmed.ts';
import { defaultSettings, settingsSchema } from '../../../src/settings/schema.ts';

const MODERATE_MEMBERS = 1n << 40n;
const ADMINISTRATOR = 1n << 3n;
const moderatorRoleIds = ['10000000000000001'];
const before = settingsSchema.parse({ moderatorRoleIds, safety: { spoilers: true }, filterWords: ['duck'] });

it('sets all back but what only administrators may set', () => {
  expect(resetSettings(before, { permissions: MODERATE_MEMBERS })).toEqual({ ...defaultSettings, moderatorRoleIds });
});

it('sets that back too for an administrator', () => {
  expect(resetSettings(before, { permissions: ADMINISTRATOR })).toEqual(defaultSettings);
});
