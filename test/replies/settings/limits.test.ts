import { describe, expect, it } from 'vitest';
import { limitsPage } from '../../../src/replies/settings/limits.ts';
import { SETTINGS_LIMITS, settingsSchema } from '../../../src/settings/schema.ts';
import { en } from '../../../src/texts/en.ts';

const idOf = (number: number) => String(10_000_000_000_000_000n + BigInt(number));

describe('limitsPage', () => {
  it('shows what holds for everyone, and what roles set', () => {
    const limits = { everyone: { maxSteps: 25 }, roles: { [idOf(1)]: { imagesPerDay: -1, cooldownSeconds: 90 } } };
    const [page] = limitsPage(settingsSchema.parse({ limits }), en);
    expect(page?.description?.split('\n')).toEqual([
      'Images per day: 50 (default)',
      'Cooldown: none (default)',
      'Concurrent requests: 3 (default)',
      'Max steps: **25**',
      'Max samples: no limit (default)',
      'Max megapixels: no limit (default)',
      '',
      `<@&${idOf(1)}> · Images per day: no limit · Cooldown: 1 min 30 s`,
    ]);
  });

  it('shows for a role what it sets, and what it takes from everyone', () => {
    const limits = { everyone: { maxSteps: 25 }, roles: { [idOf(1)]: { imagesPerDay: 0 } } };
    const text = limitsPage(settingsSchema.parse({ limits }), en, idOf(1))[0]?.description;
    expect(text).toContain('Images per day: **0 (blocked)**');
    expect(text).toContain('Max steps: same as everyone, 25');
    expect(text).toContain('Cooldown: same as everyone, none (default)');
  });

  it('fits into an embed with all limits for as many roles as there may be', () => {
    const all = { imagesPerDay: 99_999, cooldownSeconds: 86_399, jobsAtOnce: 999, maxSteps: 999, maxSamples: 99 };
    const roles = Object.fromEntries(Array.from({ length: SETTINGS_LIMITS.roles }, (_, index) => [idOf(index), all]));
    const [page] = limitsPage(settingsSchema.parse({ limits: { roles } }), en);
    expect(page?.description?.length).toBeLessThanOrEqual(4_096);
    expect(page?.description).toMatch(/… and \d+ more$/);
  });
});
