import { nextDayMs, nextMonthMs } from './calendar.ts';
import { NO_LIMIT } from './limits.ts';
import type { PolicyRefusal } from './policy-refusal.ts';
import type { Settings } from './schema.ts';
import type { Spending } from './usage.ts';

/** Sums of costs are compared in millionths of a dollar: below that they are rounding errors. */
function isMore(oneUsd: number, otherUsd: number): boolean {
  return Math.round((oneUsd - otherUsd) * 1_000_000) > 0;
}

/**
 * Why a request that may cost `estimateUsd` passes the server's budget; undefined when it doesn't.
 * Of both budgets passed, the one that opens last.
 */
export function refuseBudget(
  { budget }: Settings,
  spending: { readonly today: Spending; readonly thisMonth: Spending },
  estimateUsd: number,
  nowMs: number,
): PolicyRefusal | undefined {
  const periods = [
    { period: 'month', budgetUsd: budget.monthUsd, spending: spending.thisMonth, opensAtMs: nextMonthMs(nowMs) },
    { period: 'day', budgetUsd: budget.dayUsd, spending: spending.today, opensAtMs: nextDayMs(nowMs) },
  ] as const;
  const refusals = periods.flatMap(
    ({ period, budgetUsd = NO_LIMIT, spending: { spentUsd, reservedUsd }, opensAtMs }) => {
      const usedUsd = spentUsd + reservedUsd;
      const isPassed = budgetUsd === 0 || isMore(usedUsd + estimateUsd, budgetUsd);
      if (budgetUsd === NO_LIMIT || !isPassed) return [];
      const facts = { name: 'budget', period, budgetUsd, usedUsd, estimateUsd } as const;
      return [isMore(estimateUsd, budgetUsd) ? facts : { ...facts, opensAtMs }];
    },
  );
  return refusals.find((refusal) => !('opensAtMs' in refusal)) ?? refusals[0];
}
