import { describe, expect, it } from 'vitest';
import { limitsPage } from '../../../src/replies/settings/limits.ts';
import { SETTINGS_LIMITS, settingsSchema } from '../../../src/settings/schema.ts';

const idOf = (number: number) => String(10_000_000_000_000_000n + BigInt(number));

describe('limitsPage', () => {
  it('shows what holds for everyone, and what roles set', () => {
    const limits = { everyone: { maxSteps: 25 }, roles: { [idOf(1)]: { imagesPerDay: -1, cooldownSeconds: 90 } } };
    const [page] = limitsPage(settingsSchema.parse({ limits }));
    expect(page?.description?.split('\n')).toEqual([
      'Images a day: 50 (default)',
      'Cooldown: none (default)',
      'Jobs at a time: 3 (default)',
      'Most steps: **25**',
      'Most samples: no limit (default)',
      'Most megapixels: no limit (default)',
      '',
      `<@&${idOf(1)}>: images a day no limit, cooldown 1 min 30 s`,
    ]);
  });

  it('shows for a role what it sets, and what it takes from everyone', () => {
    const limits = { everyone: { maxSteps: 25 }, roles: { [idOf(1)]: { imagesPerDay: 0 } } };
    const text = limitsPage(settingsSchema.parse({ limits }), idOf(1))[0]?.description;
    expect(text).toContain('Images a day: **none allowed**');
    expect(text).toContain('Most steps: as everyone, 25');
    expect(text).toContain('Cooldown: as everyone, none (default)');
  });

  it('fits into an embed with all limits for as many roles as there may be', () => {
    const all = { imagesPerDay: 99_999, cooldownSeconds: 86_399, jobsAtOnce: 999, maxSteps: 999, maxSamples: 99 };
    const roles = Object.fromEntries(Array.from({ length: SETTINGS_LIMITS.roles }, (_, index) => [idOf(index), all]));
    const [page] = limitsPage(settingsSchema.parse({ limits: { roles } }));
    expect(page?.description?.length).toBeLessThanOrEqual(4_096);
    expect(page?.description).toMatch(/… and \d+ more$/);
  });
});
