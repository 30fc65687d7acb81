import type { Ceilings } from '../settings/ceilings.ts';
import { NO_LIMIT } from '../settings/limits.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { Texts } from '../texts/index.ts';
import { relativeTime } from './facts.ts';

/** A refusal by what the operator allows. */
export type CeilingRefusal = Extract<
  PolicyRefusal,
  { name: 'server_not_allowed' | 'operator_budget' | 'operator_guild_budget' }
>;

export function isCeilingRefusal(refusal: PolicyRefusal): refusal is CeilingRefusal {
  const { name } = refusal;
  return name === 'server_not_allowed' || name === 'operator_budget' || name === 'operator_guild_budget';
}

/** Why the operator doesn't allow a request, and what helps. Says nothing of the amounts of the budget for all servers. */
export function explainCeiling(
  refusal: CeilingRefusal,
  { ceilings, policy }: Texts,
  isForm: boolean,
): { readonly text: string; readonly advice?: string } {
  const { serverNotAllowed, budget, guildBudget, resets, smallerRequest } = ceilings;
  if (refusal.name === 'server_not_allowed') return { text: serverNotAllowed };
  const { budgetUsd: allowed, usedUsd, estimateUsd: cost, opensAtMs } = refusal;
  const isForAll = refusal.name === 'operator_budget';
  if (allowed === 0) return { text: isForAll ? budget.nothing : guildBudget.nothing };
  if (opensAtMs === undefined) {
    const advice = isForm ? policy.inForm.useLess : smallerRequest;
    return { text: isForAll ? budget.tooExpensive : guildBudget.tooExpensive({ allowed, cost }), advice };
  }
  const left = Math.max(0, allowed - usedUsd);
  const text = isForAll ? budget.usedUp : guildBudget.usedUp({ allowed, left, cost });
  return { text, advice: resets(relativeTime(opensAtMs)) };
}

/** What the operator allows a server, in a line where there is a limit. */
export function ceilingLines({ guildDayUsd }: Ceilings, { ceilings }: Texts): string[] {
  return guildDayUsd === NO_LIMIT ? [] : [ceilings.guildDay(guildDayUsd)];
}
