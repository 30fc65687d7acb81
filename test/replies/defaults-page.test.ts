import { expect, it } from 'vitest';
import { defaultsFor } from '../../src/commands/defaults.ts';
import { defaultsPage } from '../../src/replies/defaults-page.ts';
import { NO_PREFERENCES, type Preferences } from '../../src/settings/preferences.ts';
import { en } from '../../src/texts/en.ts';
import { parseSettings } from '../support/settings-fixtures.ts';

function pageOf(own: Partial<Preferences>, settings: object = {}, more: object = {}): string {
  const facts = { own: { ...NO_PREFERENCES, ...own }, settings: parseSettings(settings) };
  const inUse = defaultsFor(facts.settings, [], [facts.own.defaults]);
  return defaultsPage({ ...facts, inUse, isServer: true, isChanged: false, ...more }, en);
}

it('shows the member’s own, and else the server’s or the model’s as the default', () => {
  const page = pageOf({ defaults: { steps: 40, scheduler: 'Eu_ler' } }, { defaults: { guidanceScale: 9, steps: 50 } });
  expect(page.split('\n')).toEqual([
    en.me.defaults.title,
    'Size: 1024×1024 (default)',
    'Steps: **40**',
    'Guidance: 9 (default)',
    'Scheduler: **Eu\\_ler**',
    'Samples: 1 (default)',
    'Private in servers: off (default)',
    en.me.defaults.hint,
  ]);
});

it('says what this server lowers, and that it refuses private images', () => {
  const own = { defaults: { steps: 60 }, isPrivate: true };
  const settings = { limits: { everyone: { maxSteps: 25 } }, safety: { privateAllowed: false } };
  const page = pageOf(own, settings, { isChanged: true });
  expect(page).toContain("This server's limits lowered steps from 60 to 25.");
  expect(page).toContain('Private in servers: **on**');
  expect(page).toContain(en.me.defaults.privateForbidden);
  expect(page).toMatch(/^\*\*Changed\*\*\n/);
  expect(pageOf(own, settings, { isServer: false })).not.toContain(en.me.defaults.privateForbidden);
  expect(pageOf({ ...own, isPrivate: false }, settings)).not.toContain(en.me.defaults.privateForbidden);
});
