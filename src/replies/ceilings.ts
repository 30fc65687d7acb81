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

/** What a member reads when the operator doesn't allow a request. Says nothing of the amounts of the budget for all servers. */
export function ceilingRefusalText(refusal: CeilingRefusal, { ceilings }: Texts): string {
  if (refusal.name === 'server_not_allowed') return ceilings.serverNotAllowed;
  const { budgetUsd: allowed, usedUsd, estimateUsd: cost, opensAtMs } = refusal;
  const resets = opensAtMs === undefined ? undefined : relativeTime(opensAtMs);
  if (refusal.name === 'operator_budget') {
    const { nothing, tooExpensive, usedUp } = ceilings.budget;
    if (allowed === 0) return nothing;
    return resets === undefined ? tooExpensive : usedUp(resets);
  }
  const { nothing, tooExpensive, usedUp } = ceilings.guildBudget;
  if (allowed === 0) return nothing;
  if (resets === undefined) return tooExpensive({ allowed, cost });
  return usedUp({ allowed, left: Math.max(0, allowed - usedUsd), cost, resets });
}

/** What the operator allows a server, in a line where there is a limit. */
export function ceilingLines({ guildDayUsd }: Ceilings, { ceilings }: Texts): string[] {
  return guildDayUsd === NO_LIMIT ? [] : [ceilings.guildDay(guildDayUsd)];
}
