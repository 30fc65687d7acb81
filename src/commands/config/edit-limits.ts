import type { LimitName } from '../../settings/limits.ts';
import { SETTINGS_LIMITS, type Settings } from '../../settings/schema.ts';
import { withValues } from './given-options.ts';
import { SettingProblem } from './subcommand.ts';

/** Limits to be set; undefined ones are to be cleared. */
export type LimitValues = ReadonlyMap<LimitName, number | undefined>;

interface LimitedRole {
  readonly id: string;
  /** Whether a role is no longer there: its limits go, since nobody could pick it to clear them. */
  readonly isGone: (roleId: string) => boolean;
}

/**
 * Sets and clears limits for a role, default: for everyone.
 * @throws SettingProblem when too many roles have limits
 */
export function editLimits(settings: Settings, values: LimitValues, role?: LimitedRole): Settings {
  const { limits } = settings;
  const given = Object.fromEntries(values);
  if (!role) return { ...settings, limits: { ...limits, everyone: withValues(limits.everyone, given) } };
  const all = { ...limits.roles, [role.id]: withValues(limits.roles[role.id] ?? {}, given) };
  const roles = Object.fromEntries(
    Object.entries(all).filter(([roleId, its]) => Object.keys(its).length > 0 && !role.isGone(roleId)),
  );
  if (Object.keys(roles).length > SETTINGS_LIMITS.roles)
    throw new SettingProblem(({ config }) => config.limits.full(SETTINGS_LIMITS.roles));
  return { ...settings, limits: { ...limits, roles } };
}
