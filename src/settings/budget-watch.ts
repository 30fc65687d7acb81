import type { Log } from '../log.ts';
import { now } from '../time.ts';
import { type DaySpending, isMore } from './budget.ts';
import { monthOf, utcDay } from './calendar.ts';
import type { Ceilings } from './ceilings.ts';
import { NO_LIMIT } from './limits.ts';
import type { PolicyRefusal } from './policy-refusal.ts';
import type { Settings } from './schema.ts';
import type { Spending } from './usage.ts';

/** The share of a budget at which moderators and the operator are warned. */
const WARNING_SHARE = 0.8;

/** A budget that has just reached its `WARNING_SHARE`. US$. */
export interface BudgetWarning {
  readonly period: 'day' | 'month';
  readonly usedUsd: number;
  readonly budgetUsd: number;
}

/** The setting of a budget of the operator's. */
type OperatorBudget = 'BUDGET_USD_PER_DAY' | 'GUILD_BUDGET_USD_PER_DAY';

interface BudgetWatchParts {
  readonly onBudgetWarning: (guildId: string, warning: BudgetWarning) => void;
  readonly log: Log;
}

/** A server, or direct messages without one, whose spending has just changed. */
interface Place {
  readonly guildId: string | undefined;
  readonly budget: Settings['budget'];
  readonly ceilings: Ceilings;
}

/** Warns once a day or month about each budget that is used up, or nearly: moderators about their server's, the operator about all. */
export class BudgetWatch {
  readonly #parts: BudgetWatchParts;
  /** The last warning about each budget. */
  readonly #warned = new Map<string, string>();

  constructor(parts: BudgetWatchParts) {
    this.#parts = parts;
  }

  /** Compares what is spent and reserved with the budgets that hold there. */
  look(place: Place, spending: DaySpending & { readonly thisMonth: Spending }): void {
    const { guildId, budget, ceilings } = place;
    this.#tellOperator('BUDGET_USD_PER_DAY', undefined, spending.everywhere, ceilings.dayUsd);
    if (guildId === undefined) return;
    this.#tellOperator('GUILD_BUDGET_USD_PER_DAY', guildId, spending.today, ceilings.guildDayUsd);
    this.#tellModerators(guildId, 'day', spending.today, lower(budget.dayUsd, ceilings.guildDayUsd));
    this.#tellModerators(guildId, 'month', spending.thisMonth, budget.monthUsd);
  }

  /** A budget counts as used up when it refuses a request, even if a cheaper one would still fit. */
  noteRefusal(guildId: string | undefined, refusal: PolicyRefusal): void {
    if (refusal.name !== 'operator_budget' && refusal.name !== 'operator_guild_budget') return;
    // A request for more than the whole budget says nothing about what is left.
    if (refusal.opensAtMs === undefined && refusal.budgetUsd > 0) return;
    const { usedUsd, budgetUsd } = refusal;
    if (refusal.name === 'operator_budget') this.#warn('BUDGET_USD_PER_DAY', undefined, 'reached', usedUsd, budgetUsd);
    else this.#warn('GUILD_BUDGET_USD_PER_DAY', guildId, 'reached', usedUsd, budgetUsd);
  }

  #tellModerators(guildId: string, period: 'day' | 'month', spending: Spending, budgetUsd: number = NO_LIMIT): void {
    const usedUsd = usedOf(spending);
    if (budgetUsd <= 0 || isMore(budgetUsd * WARNING_SHARE, usedUsd)) return;
    const day = utcDay(now());
    if (this.#isFirst(`${guildId} ${period}`, `${period === 'day' ? day : monthOf(day)} ${budgetUsd}`))
      this.#parts.onBudgetWarning(guildId, { period, usedUsd, budgetUsd });
  }

  #tellOperator(setting: OperatorBudget, guildId: string | undefined, spending: Spending, budgetUsd: number): void {
    const usedUsd = usedOf(spending);
    if (budgetUsd <= 0 || isMore(budgetUsd * WARNING_SHARE, usedUsd)) return;
    this.#warn(setting, guildId, isMore(budgetUsd, usedUsd) ? 'nearly reached' : 'reached', usedUsd, budgetUsd);
  }

  #warn(
    setting: OperatorBudget,
    guildId: string | undefined,
    level: 'nearly reached' | 'reached',
    usedUsd: number,
    budgetUsd: number,
  ): void {
    const key = `${setting} ${guildId}`;
    const today = utcDay(now());
    const isOver = this.#warned.get(key) === `${today} reached`;
    if (isOver || !this.#isFirst(key, `${today} ${level}`)) return;
    const facts = { setting, ...(guildId === undefined ? {} : { guild: guildId }), usedUsd, budgetUsd };
    this.#parts.log.warn(facts, `daily budget ${level}`);
  }

  #isFirst(key: string, warning: string): boolean {
    if (this.#warned.get(key) === warning) return false;
    this.#warned.set(key, warning);
    return true;
  }
}

const usedOf = ({ spentUsd, reservedUsd }: Spending) => spentUsd + reservedUsd;

function lower(one: number = NO_LIMIT, other: number): number {
  if (one === NO_LIMIT || other === NO_LIMIT) return Math.max(one, other);
  return Math.min(one, other);
}
