import { describe, expect, it } from 'vitest';
import { editLimits } from '../../../src/commands/config/edit-limits.ts';
import { SettingProblem } from '../../../src/commands/config/subcommand.ts';
import { SETTINGS_LIMITS, type Settings, settingsSchema } from '../../../src/settings/schema.ts';

const settingsWith = (limits: object): Settings => settingsSchema.parse({ limits });
const idOf = (number: number) => String(10_000_000_000_000_000n + BigInt(number));
const present = (id: string) => ({ id, isGone: () => false });
const limitsOf = (settings: Settings) => settingsSchema.parse(settings).limits;

describe('editLimits', () => {
  it('sets and clears for everyone, and leaves the rest', () => {
    const before = settingsWith({ everyone: { maxSteps: 30, maxSamples: 2, ofNewerRelease: true } });
    const values = new Map([
      ['maxSteps', undefined],
      ['imagesPerDay', 0],
    ] as const);
    expect(limitsOf(editLimits(before, values)).everyone).toEqual({
      maxSamples: 2,
      imagesPerDay: 0,
      ofNewerRelease: true,
    });
  });

  it('sets for a role, and forgets the role with its last limit', () => {
    const set = editLimits(settingsWith({}), new Map([['maxSteps', -1]] as const), present(idOf(1)));
    expect(limitsOf(set)).toEqual({ everyone: {}, roles: { [idOf(1)]: { maxSteps: -1 } } });
    const cleared = editLimits(set, new Map([['maxSteps', undefined]] as const), present(idOf(1)));
    expect(limitsOf(cleared).roles).toEqual({});
  });

  it('takes no more roles than there is room for, and makes room by those that are gone', () => {
    const roles = Object.fromEntries(
      Array.from({ length: SETTINGS_LIMITS.roles }, (_, index) => [idOf(index), { maxSteps: 30 }]),
    );
    const full = settingsWith({ roles });
    const values = new Map([['maxSteps', 40]] as const);
    const added = idOf(SETTINGS_LIMITS.roles);
    expect(() => editLimits(full, values, present(added))).toThrow(SettingProblem);
    expect(limitsOf(editLimits(full, values, present(idOf(0)))).roles[idOf(0)]).toEqual({ maxSteps: 40 });
    const made = limitsOf(editLimits(full, values, { id: added, isGone: (id) => id === idOf(7) })).roles;
    expect(Object.keys(made)).toHaveLength(SETTINGS_LIMITS.roles);
    expect(made).not.toHaveProperty(idOf(7));
  });
});
