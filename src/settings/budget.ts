import { nextDayMs, nextMonthMs } from './calendar.ts';
import type { Ceilings } from './ceilings.ts';
import { NO_LIMIT } from './limits.ts';
import type { PolicyRefusal } from './policy-refusal.ts';
import type { Settings } from './schema.ts';
import type { Spending } from './usage.ts';

/** The spending of a day: of the server, and of all servers and direct messages. */
export interface DaySpending {
  readonly today: Spending;
  readonly everywhere: Spending;
}

interface Budget {
  readonly refusal:
    | { readonly name: 'budget'; readonly period: 'day' | 'month' }
    | { readonly name: 'operator_guild_budget' | 'operator_budget' };
  readonly budgetUsd: number | undefined;
  readonly spending: Spending;
  readonly opensAtMs: number;
}

/** Compares sums in millionths of a dollar: smaller differences are rounding errors. */
export function isMore(oneUsd: number, otherUsd: number): boolean {
  return Math.round((oneUsd - otherUsd) * 1_000_000) > 0;
}

/**
 * Why a request that may cost `estimateUsd` exceeds the server's budget or one of the operator's; undefined when it doesn't.
 * Of several, the one that opens last.
 */
export function refuseBudget(
  { budget }: Settings,
  ceilings: Ceilings,
  spending: DaySpending & { readonly thisMonth: Spending },
  estimateUsd: number,
  nowMs: number,
): PolicyRefusal | undefined {
  const own: Budget[] = [
    {
      refusal: { name: 'budget', period: 'month' },
      budgetUsd: budget.monthUsd,
      spending: spending.thisMonth,
      opensAtMs: nextMonthMs(nowMs),
    },
    {
      refusal: { name: 'budget', period: 'day' },
      budgetUsd: budget.dayUsd,
      spending: spending.today,
      opensAtMs: nextDayMs(nowMs),
    },
  ];
  return refuse([...own, ...operatorBudgets(ceilings, spending, nowMs)], estimateUsd);
}

/** As `refuseBudget`, by the operator's budgets only. */
export function refuseCeiling(
  ceilings: Ceilings,
  spending: DaySpending,
  estimateUsd: number,
  nowMs: number,
): PolicyRefusal | undefined {
  return refuse(operatorBudgets(ceilings, spending, nowMs), estimateUsd);
}

function operatorBudgets({ dayUsd, guildDayUsd }: Ceilings, spending: DaySpending, nowMs: number): Budget[] {
  const opensAtMs = nextDayMs(nowMs);
  return [
    { refusal: { name: 'operator_guild_budget' }, budgetUsd: guildDayUsd, spending: spending.today, opensAtMs },
    { refusal: { name: 'operator_budget' }, budgetUsd: dayUsd, spending: spending.everywhere, opensAtMs },
  ];
}

function refuse(budgets: readonly Budget[], estimateUsd: number): PolicyRefusal | undefined {
  const refusals = budgets.flatMap(({ refusal, budgetUsd = NO_LIMIT, spending, opensAtMs }): PolicyRefusal[] => {
    const usedUsd = spending.spentUsd + spending.reservedUsd;
    const isExceeded = budgetUsd === 0 || isMore(usedUsd + estimateUsd, budgetUsd);
    if (budgetUsd === NO_LIMIT || !isExceeded) return [];
    const facts = { ...refusal, budgetUsd, usedUsd, estimateUsd };
    return [isMore(estimateUsd, budgetUsd) ? facts : { ...facts, opensAtMs }];
  });
  return refusals.find((refusal) => !('opensAtMs' in refusal)) ?? refusals[0];
}
