import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBudget, parseLimit } from '../../../src/commands/config/given-numbers.ts';
import { SettingProblem } from '../../../src/commands/config/subcommand.ts';
import { LIMIT_NAMES, LIMITS } from '../../../src/settings/limits.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';

/** What comes of a call: its value, or the words of its problem. */
function outcome(work: () => number | undefined): number | undefined | { problem: string } {
  try {
    return work();
  } catch (error) {
    if (error instanceof SettingProblem) return { problem: error.message };
    throw error;
  }
}

describe('parseLimit', () => {
  it.each([
    ['0', 0],
    ['-1', -1],
    [' 20 ', 20],
    ['007', 7],
    ['5.0', 5],
    ['clear', undefined],
    [' Clear', undefined],
  ])('reads %j', (given, value) => {
    expect(parseLimit('imagesPerDay', given)).toBe(value);
  });

  it.each(['', ' ', '-2', '-0', '-1.5', '1e3', '0x10', '1,000', '1.5', '100001', 'ten', 'Infinity', 'NaN', '+5', '5.'])(
    'says what is allowed instead of %j',
    (given) => {
      const { problem } = outcome(() => parseLimit('imagesPerDay', given)) as { problem: string };
      expect(problem).toContain('`images_per_day`: ');
      expect(problem).toContain('a whole number from 0 (blocked) to 100,000, -1 for no limit, or `clear`');
    },
  );

  it('takes parts of a megapixel, and only of that', () => {
    for (const name of LIMIT_NAMES) {
      const value = outcome(() => parseLimit(name, '1.05'));
      if (LIMITS[name].isWhole) expect(value).toHaveProperty('problem');
      else expect(value).toBe(1.05);
    }
  });

  it('speaks of a cooldown in seconds', () => {
    const value = outcome(() => parseLimit('cooldownSeconds', '1 h'));
    expect(value).toHaveProperty('problem', expect.stringContaining('seconds from 0 (no cooldown) to 86,400'));
  });

  it('shows what was typed as it is, cut', () => {
    const { problem } = outcome(() => parseLimit('maxSteps', `<@1>**${'x'.repeat(5_000)}`)) as {
      problem: string;
    };
    expect(problem).toContain(String.raw`\<\@1\>\*\*xx`);
    expect(problem.length).toBeLessThan(400);
  });

  it('lets nothing through that the settings would not take', () => {
    const texts = fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String), fc.bigInt().map(String));
    fc.assert(
      fc.property(fc.constantFrom(...LIMIT_NAMES), texts, (name, given) => {
        const value = outcome(() => parseLimit(name, given));
        if (typeof value === 'number') settingsSchema.parse({ limits: { everyone: { [name]: value } } });
      }),
    );
  });
});

describe('parseBudget', () => {
  it.each([
    ['5', 5],
    ['2.50', 2.5],
    ['$3', 3],
    ['US$ 0.01', 0.01],
    ['0', 0],
    ['-1', -1],
    ['1000000', 1_000_000],
    ['clear', undefined],
  ])('reads %j', (given, value) => {
    expect(parseBudget('day', given)).toBe(value);
  });

  it.each(['', '5 dollars', '-5', '1,50', '1000000.01', '€5', '1e2'])('says what is allowed instead of %j', (given) => {
    expect(outcome(() => parseBudget('day', given))).toHaveProperty(
      'problem',
      expect.stringContaining('an amount in US$ such as 5 or 2.50, from 0 (blocked) to 1,000,000'),
    );
  });
});
