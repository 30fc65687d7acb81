import { nextDayMs } from './calendar.ts';
import { type EffectiveLimit, effectiveLimit } from './effective-limit.ts';
import type { Settings } from './schema.ts';
import type { MemberUsage } from './usage.ts';

/** What a member's limits allow over time, and how much of it is used. */
export interface Allowance {
  readonly imagesPerDay: EffectiveLimit & { readonly used: number; readonly resetsAtMs: number };
  readonly jobsAtOnce: EffectiveLimit & { readonly used: number };
  /** `untilMs` is absent when the member doesn't have to wait. */
  readonly cooldown: EffectiveLimit & { readonly untilMs?: number };
}

export function allowanceOf(
  settings: Settings,
  roleIds: readonly string[],
  usage: MemberUsage,
  nowMs: number,
): Allowance {
  const cooldown = effectiveLimit(settings, roleIds, 'cooldownSeconds');
  const untilMs = (usage.lastAcceptedAtMs ?? Number.NEGATIVE_INFINITY) + cooldown.value * 1_000;
  // A later end is impossible: the clock was set back.
  const isCoolingDown = nowMs < untilMs && untilMs <= nowMs + cooldown.value * 1_000;
  return {
    imagesPerDay: {
      ...effectiveLimit(settings, roleIds, 'imagesPerDay'),
      used: usage.imagesToday,
      resetsAtMs: nextDayMs(nowMs),
    },
    jobsAtOnce: { ...effectiveLimit(settings, roleIds, 'jobsAtOnce'), used: usage.jobsUnderWay },
    cooldown: { ...cooldown, ...(isCoolingDown ? { untilMs } : {}) },
  };
}
