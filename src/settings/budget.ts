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
  settings: Settings,
  ceilings: Ceilings,
  spending: DaySpending & { readonly thisMonth: Spending },
  estimateUsd: number,
  nowMs: number,
): PolicyRefusal | undefined {
  return refuse([...ownBudgets(settings, spending, nowMs), ...operatorBudgets(ceilings, spending, nowMs)], estimateUsd);
}

/** What is left of a budget. */
export interface BudgetLeft {
  readonly leftUsd: number;
  readonly budgetUsd: number;
  readonly opensAtMs: number;
}

/** Of a server's own budgets and the operator's for each server, the one with the least left; undefined when there is none. */
export function findTightestBudget(
  settings: Pick<Settings, 'budget'>,
  { guildDayUsd }: Ceilings,
  spending: { readonly today: Spending; readonly thisMonth: Spending },
  nowMs: number,
): BudgetLeft | undefined {
  const operator = { budgetUsd: guildDayUsd, spending: spending.today, opensAtMs: nextDayMs(nowMs) };
  return [...ownBudgets(settings, spending, nowMs), operator]
    .flatMap(({ budgetUsd = NO_LIMIT, spending: { spentUsd, reservedUsd }, opensAtMs }): BudgetLeft[] =>
      budgetUsd === NO_LIMIT
        ? []
        : [{ leftUsd: Math.max(0, budgetUsd - spentUsd - reservedUsd), budgetUsd, opensAtMs }],
    )
    .toSorted((one, other) => one.leftUsd - other.leftUsd)[0];
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

function ownBudgets(
  { budget }: Pick<Settings, 'budget'>,
  spending: { readonly today: Spending; readonly thisMonth: Spending },
  nowMs: number,
): Budget[] {
  return [
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
