import { PARAMETERS } from '../../segmind/parameters.ts';
import { effectiveLimit } from '../../settings/effective-limit.ts';
import type { CostFactors } from '../../settings/estimate.ts';
import {
  LIMIT_NAMES,
  LIMITS,
  type LimitName,
  REQUEST_LIMIT_NAMES,
  type RequestLimitName,
  requestLimit,
} from '../../settings/limits.ts';
import type { Settings } from '../../settings/schema.ts';
import { cut } from '../escape.ts';
import { relativeTime } from '../facts.ts';
import { listed, mention, numberWords, quoted } from '../format.ts';
import { limitWords } from './words.ts';

/** What is known of a server and of the channel in which its settings are looked at. */
export interface PageFacts {
  /** Whether who looks may see what only administrators see. */
  readonly isAdministrator: boolean;
  /** Names of permissions that the bot needs in this channel and does not have. */
  readonly missingPermissions: readonly string[];
  /** Why the log channel gets nothing, as `ModLog.troubleOf` tells. */
  readonly logTrouble?: string;
  /** The roles that the server has; default: those that are gone are not told. */
  readonly roleIds?: readonly string[];
  readonly nowMs: number;
  /** What the operator allows this server. */
  readonly ceilingLines?: readonly string[];
}

const LIST_LENGTH = 150;
const REASON_LENGTH = 120;
const lowerLabel = (name: LimitName) => LIMITS[name].label.toLowerCase();

/** What a member asks for who names nothing but a prompt. */
function usualRequest({ defaults }: Settings): CostFactors {
  const { samples, steps, ...sides } = PARAMETERS;
  const [width = sides.width.default, height = sides.height.default] = defaults.size?.split('x').map(Number) ?? [];
  return { steps: defaults.steps ?? steps.default, samples: defaults.samples ?? samples.default, width, height };
}

/** Whether the limit of an everyday member, or of one who has just this role, lets anything through. */
function isOpen(settings: Settings, name: LimitName, roleIds: readonly string[] = []): boolean {
  return effectiveLimit(settings, roleIds, name).value >= LIMITS[name].smallest;
}

function stopWarnings(settings: Settings): string[] {
  const { everyone, roles } = settings.limits;
  const closed = LIMIT_NAMES.filter((name) => !isOpen(settings, name));
  if (closed.length === 0) return [];
  const limits = closed.map((name) => `${lowerLabel(name)}: ${limitWords(name, everyone[name] ?? 0)}`).join(', ');
  const others = Object.keys(roles).some((roleId) => LIMIT_NAMES.every((name) => isOpen(settings, name, [roleId])));
  const who = others ? 'Only members of a role with limits of its own can make images' : 'Nobody can make images';
  return [`${who}: the limits for everyone leave nothing (${limits}).`];
}

/** Whoever names nothing but a prompt gets less than the defaults say. */
function defaultWarnings(settings: Settings): string[] {
  const usual = usualRequest(settings);
  const usualOf = (name: RequestLimitName) => requestLimit(name).measure(usual);
  const exceeds = (name: RequestLimitName, roleIds: readonly string[]) =>
    isOpen(settings, name, roleIds) && usualOf(name) > effectiveLimit(settings, roleIds, name).value;
  const describe = (name: RequestLimitName) =>
    `${lowerLabel(name)} ${numberWords(effectiveLimit(settings, [], name).value)}, default ${numberWords(Math.round(usualOf(name) * 100) / 100)}`;
  const forEveryone = REQUEST_LIMIT_NAMES.filter((name) => exceeds(name, []));
  const roles = Object.entries(settings.limits.roles).filter(([roleId, limits]) =>
    REQUEST_LIMIT_NAMES.some((name) => limits[name] !== undefined && exceeds(name, [roleId])),
  );
  const mentions = roles.map(([roleId]) => mention('@&', roleId));
  const fix = 'Who gives only a prompt gets what the limits allow.';
  return [
    ...(forEveryone.length > 0
      ? [`The defaults are above the limits for everyone (${forEveryone.map(describe).join('; ')}). ${fix}`]
      : []),
    ...(roles.length > 0 ? [`The defaults are above the limits of ${listed(mentions, LIST_LENGTH)}. ${fix}`] : []),
  ];
}

/** Roles that the settings name and the server no longer has, as far as who looks may see them. */
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

/** What moderators should know before all else: why something that is set may not do what they want. */
export function settingsWarnings(settings: Settings, facts: PageFacts): string[] {
  const { pause, channels, budget } = settings;
  const gone = goneRoles(settings, facts);
  const budgets = [...(budget.dayUsd === 0 ? ['day'] : []), ...(budget.monthUsd === 0 ? ['month'] : [])];
  return [
    ...(facts.missingPermissions.length > 0
      ? [
          `In this channel the bot lacks these permissions: ${listed(facts.missingPermissions, 300)}. Without them some images may not arrive.`,
        ]
      : []),
    ...(facts.logTrouble === undefined ? [] : [cut(facts.logTrouble, 200)]),
    ...(pause
      ? [
          `Paused ${relativeTime(pause.atMs)} by ${mention('@', pause.byId)}: ${quoted(pause.reason, REASON_LENGTH)}. \`/timeless-config resume\` ends it.`,
        ]
      : []),
    ...stopWarnings(settings),
    ...(budgets.length > 0 ? [`Nobody can make images: the budget for a ${budgets.join(' and a ')} is nothing.`] : []),
    ...(channels.allow.length > 0
      ? [`Everything outside of the allowed channels (${numberWords(channels.allow.length)}) is refused.`]
      : []),
    ...defaultWarnings(settings),
    ...(gone.length > 0
      ? [`This server no longer has ${gone.length === 1 ? 'a role' : `${gone.length} roles`} that these settings name.`]
      : []),
  ];
}
