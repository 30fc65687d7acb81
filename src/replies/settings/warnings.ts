import { PARAMETERS } from '../../segmind/parameters.ts';
import { effectiveLimit } from '../../settings/effective-limit.ts';
import type { CostFactors } from '../../settings/estimate.ts';
import {
  LIMIT_NAMES,
  LIMITS,
  type LimitName,
  NO_LIMIT,
  REQUEST_LIMIT_NAMES,
  type RequestLimitName,
  requestLimit,
} from '../../settings/limits.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';
import { relativeTime } from '../facts.ts';
import { listed, mention, quoted } from '../format.ts';
import { type LogTrouble, logTroubleText } from '../mod-log/trouble.ts';
import { labelledLimit } from './limit-values.ts';

/** What is known of a server and of the channel where a moderator looks at its settings. */
export interface PageFacts {
  /** Whether the moderator may see what only administrators see. */
  readonly isAdministrator: boolean;
  /** Names of the permissions that the bot needs in this channel and lacks. */
  readonly missingPermissions: readonly string[];
  /** Why the log channel gets nothing, as `ModLog.troubleOf` tells. */
  readonly logTrouble?: LogTrouble;
  /** The roles that the server has; without them, there is no warning of deleted ones. */
  readonly roleIds?: readonly string[];
  readonly nowMs: number;
  /** What the operator allows this server. */
  readonly ceilingLines?: readonly string[];
}

const LIST_LENGTH = 150;
const REASON_LENGTH = 120;

/** What a request with only a prompt asks for. */
function usualRequest({ defaults }: Settings): CostFactors {
  const { samples, steps, ...sides } = PARAMETERS;
  const [width = sides.width.default, height = sides.height.default] = defaults.size?.split('x').map(Number) ?? [];
  return { steps: defaults.steps ?? steps.default, samples: defaults.samples ?? samples.default, width, height };
}

/** Whether a limit lets any request through, for members with just these roles. */
function isOpen(settings: Settings, name: LimitName, roleIds: readonly string[] = []): boolean {
  return effectiveLimit(settings, roleIds, name).value >= LIMITS[name].smallest;
}

function limitWarnings(settings: Settings, texts: Texts): string[] {
  const { everyone, roles } = settings.limits;
  const closed = LIMIT_NAMES.filter((name) => !isOpen(settings, name));
  if (closed.length === 0) return [];
  const limits = closed.map((name) => labelledLimit(name, everyone[name] ?? 0, texts)).join(', ');
  const others = Object.keys(roles).some((roleId) => LIMIT_NAMES.every((name) => isOpen(settings, name, [roleId])));
  return [others ? texts.warnings.onlyRolesCan(limits) : texts.warnings.nobodyCan(limits)];
}

/** Requests with only a prompt get less than the defaults. */
function defaultWarnings(settings: Settings, texts: Texts): string[] {
  const { format, warnings } = texts;
  const usual = usualRequest(settings);
  const usualOf = (name: RequestLimitName) => requestLimit(name).measure(usual);
  const exceeds = (name: RequestLimitName, roleIds: readonly string[]) =>
    isOpen(settings, name, roleIds) && usualOf(name) > effectiveLimit(settings, roleIds, name).value;
  const describe = (name: RequestLimitName) => {
    const limit = labelledLimit(name, effectiveLimit(settings, [], name).value, texts);
    return warnings.limitAndDefault(limit, format.number(Math.round(usualOf(name) * 100) / 100));
  };
  const forEveryone = REQUEST_LIMIT_NAMES.filter((name) => exceeds(name, []));
  const roles = Object.entries(settings.limits.roles).filter(([roleId, limits]) =>
    REQUEST_LIMIT_NAMES.some((name) => limits[name] !== undefined && exceeds(name, [roleId])),
  );
  const mentions = roles.map(([roleId]) => mention('@&', roleId));
  return [
    ...(forEveryone.length > 0 ? [warnings.defaultsAboveEveryone(forEveryone.map(describe).join('; '))] : []),
    ...(roles.length > 0 ? [warnings.defaultsAboveRoles(listed(mentions, LIST_LENGTH, texts))] : []),
  ];
}

/** Roles that the settings name and the server no longer has, as far as the moderator may see them. */
function goneRoles(
  { limits, blocks, moderatorRoleIds, buttons }: Settings,
  { roleIds, isAdministrator }: PageFacts,
): string[] {
  if (!roleIds) return [];
  const named = [
    ...Object.keys(limits.roles),
    ...blocks.filter(({ kind }) => kind === 'role').map(({ id }) => id),
    ...(isAdministrator ? moderatorRoleIds : []),
    ...[buttons.reroll, buttons.newSeed, buttons.delete].flatMap((policy) =>
      policy.who === 'role' ? [policy.roleId] : [],
    ),
  ];
  const present = new Set(roleIds);
  return [...new Set(named)].filter((id) => !present.has(id));
}

function hasBudget({ budget: { dayUsd = NO_LIMIT, monthUsd = NO_LIMIT } }: Settings): boolean {
  return dayUsd !== NO_LIMIT || monthUsd !== NO_LIMIT;
}

/** What moderators should know first: why something that is set may not work as they want. */
export function settingsWarnings(settings: Settings, facts: PageFacts, texts: Texts): string[] {
  const { warnings } = texts;
  const { missingPermissions, logTrouble } = facts;
  const { pause, channels, budget } = settings;
  const gone = goneRoles(settings, facts);
  return [
    ...(missingPermissions.length > 0 ? [warnings.missingPermissions(listed(missingPermissions, 300, texts))] : []),
    ...(logTrouble ? [logTroubleText(logTrouble, texts)] : []),
    ...(pause
      ? [warnings.paused(relativeTime(pause.atMs), mention('@', pause.byId), quoted(pause.reason, REASON_LENGTH))]
      : []),
    ...limitWarnings(settings, texts),
    ...(budget.dayUsd === 0 ? [warnings.noBudget.day] : []),
    ...(budget.monthUsd === 0 ? [warnings.noBudget.month] : []),
    ...(hasBudget(settings) ? [] : [warnings.unlimitedBudget]),
    ...(channels.allow.length > 0 ? [warnings.onlyAllowedChannels(channels.allow.length)] : []),
    ...defaultWarnings(settings, texts),
    ...(gone.length > 0 ? [warnings.goneRoles(gone.length)] : []),
  ];
}
