import { LIMITS, type LimitName, NO_LIMIT } from './limits.ts';
import type { Settings } from './schema.ts';

/** Who set a limit: a role of the member's, the server for everyone, or nobody. */
export type LimitSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'everyone' }
  | { readonly kind: 'role'; readonly roleId: string };

export interface EffectiveLimit {
  /** Infinity where there is none; a cooldown that there isn't is 0. */
  readonly value: number;
  readonly source: LimitSource;
}

const isCooldown = (name: LimitName) => LIMITS[name].kind === 'cooldown';

/** What the number means, so that larger is more generous for all limits but a cooldown. */
function toValue(name: LimitName, given: number): number {
  if (given !== NO_LIMIT) return given;
  return isCooldown(name) ? 0 : Number.POSITIVE_INFINITY;
}

const isMoreGenerous = (name: LimitName, one: number, other: number) => (isCooldown(name) ? one < other : one > other);

/** The limit that counts for a member: the most generous that the member's roles set, else everyone's, else the default. */
export function effectiveLimit(settings: Settings, roleIds: readonly string[], name: LimitName): EffectiveLimit {
  let best: EffectiveLimit | undefined;
  for (const [roleId, limits] of Object.entries(settings.limits.roles)) {
    const given = limits[name];
    if (given === undefined || !roleIds.includes(roleId)) continue;
    const value = toValue(name, given);
    if (!best || isMoreGenerous(name, value, best.value)) best = { value, source: { kind: 'role', roleId } };
  }
  if (best) return best;
  const given = settings.limits.everyone[name];
  if (given !== undefined) return { value: toValue(name, given), source: { kind: 'everyone' } };
  return { value: toValue(name, LIMITS[name].default), source: { kind: 'default' } };
}
