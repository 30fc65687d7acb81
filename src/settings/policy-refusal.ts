import type { LimitSource } from './effective-limit.ts';
import type { RequestLimitName } from './limits.ts';

/**
 * Why a request is refused, and what is allowed instead. Doesn't name the filter's word, since others may see a refusal. Each name
 * corresponds to a setting of `/timeless-config`.
 */
export type PolicyRefusal =
  /** The operator has listed servers, and this one isn't among them. */
  | { readonly name: 'server_not_allowed' }
  /** `untilMs` is absent for a block without an end. */
  | { readonly name: 'blocked'; readonly kind: 'member' | 'role'; readonly untilMs?: number; readonly reason?: string }
  | { readonly name: 'paused'; readonly reason: string; readonly sinceMs: number }
  /** `placeId` is the channel, or the category around it. */
  | { readonly name: 'channel_denied'; readonly placeId: string }
  | { readonly name: 'channel_not_allowed' }
  /** There are channel rules, and the channel or category of this thread isn't known. */
  | { readonly name: 'channel_unknown' }
  | { readonly name: 'not_age_restricted' }
  | { readonly name: 'private_not_allowed' }
  | { readonly name: 'filtered'; readonly field: 'prompt' | 'negativePrompt' | 'style' }
  /** The member's text, with what the style and the server add to it. In characters. */
  | {
      readonly name: 'too_long';
      readonly field: 'prompt' | 'negativePrompt';
      readonly length: number;
      readonly maxLength: number;
      /** Whether the style is part of it. */
      readonly isStyled: boolean;
    }
  | ({ readonly name: 'above_limit'; readonly limit: RequestLimitName; readonly asked: number } & LimitFacts)
  | ({ readonly name: 'cooldown'; readonly untilMs: number } & LimitFacts)
  | ({ readonly name: 'jobs_at_once'; readonly underWay: number } & LimitFacts)
  | ({
      readonly name: 'images_per_day';
      readonly used: number;
      readonly asked: number;
      readonly resetsAtMs: number;
    } & LimitFacts)
  | ({ readonly name: 'budget'; readonly period: 'day' | 'month' } & BudgetFacts)
  /** The operator's for each server. */
  | ({ readonly name: 'operator_guild_budget' } & BudgetFacts)
  /** The operator's for all: its amounts are the operator's business alone. */
  | ({ readonly name: 'operator_budget' } & BudgetFacts);

/** US$. */
interface BudgetFacts {
  readonly budgetUsd: number;
  readonly usedUsd: number;
  readonly estimateUsd: number;
  /** Absent when this request is more than the whole budget. */
  readonly opensAtMs?: number;
}

interface LimitFacts {
  /** In the limit's own unit; 0 is none. */
  readonly allowed: number;
  readonly source: LimitSource;
}
