import { describe, expect, it } from 'vitest';
import { findTightestBudget } from '../../src/settings/budget.ts';
import { MIDNIGHT_MS, NEXT_MONTH_MS, NO_CEILINGS, NOW_MS, parseSettings } from '../support/settings-fixtures.ts';

const spending = {
  today: { spentUsd: 1, reservedUsd: 0.5 },
  thisMonth: { spentUsd: 9, reservedUsd: 0.5 },
};
const find = (budget: object, guildDayUsd = -1) =>
  findTightestBudget(parseSettings({ budget }), { ...NO_CEILINGS, guildDayUsd }, spending, NOW_MS);

describe('findTightestBudget', () => {
  it('finds the budget with the least left, of the day, the month and the operator', () => {
    expect(find({ dayUsd: 2, monthUsd: 20 }, 5)).toEqual({ leftUsd: 0.5, budgetUsd: 2, opensAtMs: MIDNIGHT_MS });
    expect(find({ dayUsd: 5, monthUsd: 10 }, 5)).toEqual({ leftUsd: 0.5, budgetUsd: 10, opensAtMs: NEXT_MONTH_MS });
    expect(find({ dayUsd: 5 }, 2)).toEqual({ leftUsd: 0.5, budgetUsd: 2, opensAtMs: MIDNIGHT_MS });
  });

  it('never finds less than nothing left', () => {
    expect(find({ dayUsd: 1 })?.leftUsd).toBe(0);
  });

  it('finds none where nothing is limited', () => {
    expect(find({ monthUsd: -1 })).toBeUndefined();
  });
});
