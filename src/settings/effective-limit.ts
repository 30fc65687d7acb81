import { LIMITS, type LimitName, NO_LIMIT } from './limits.ts';
import type { Settings } from './schema.ts';

/** Where a limit comes from: a role of the member, the server's limit for everyone, or the default. */
export type LimitSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'everyone' }
  | { readonly kind: 'role'; readonly roleId: string };

export interface EffectiveLimit {
  /** Infinity if there is no limit, or 0 for a cooldown. */
  readonly value: number;
  readonly source: LimitSource;
}

const isCooldown = (name: LimitName) => LIMITS[name].kind === 'cooldown';

/** The number that a setting means, so that a larger one is more generous, except for a cooldown. */
function toValue(name: LimitName, given: number): number {
  if (given !== NO_LIMIT) return given;
  return isCooldown(name) ? 0 : Number.POSITIVE_INFINITY;
}

const isMoreGenerous = (name: LimitName, one: number, other: number) => (isCooldown(name) ? one < other : one > other);

/** A member's limit: the most generous of the member's roles, otherwise everyone's, otherwise the default. */
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
