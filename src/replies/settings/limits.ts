import type { APIEmbed } from 'discord.js';
import { LIMIT_NAMES, LIMITS, type LimitName } from '../../settings/limits.ts';
import type { Settings } from '../../settings/schema.ts';
import { listed, mention, settingLine } from '../format.ts';
import { COLOURS } from '../message.ts';
import { defaultLimitWords, limitWords } from './words.ts';

/** Discord takes 4096 characters in a description. */
const DESCRIPTION_LENGTH = 4_000;

const HINT =
  'Images count by UTC day. Of several roles of a member, the most generous value counts; what no role sets is as for everyone.';

function everyoneWords({ limits }: Settings, name: LimitName): string {
  const value = limits.everyone[name];
  return value === undefined ? defaultLimitWords(name) : limitWords(name, value);
}

/** What holds for everyone, a line for each limit. */
export function everyoneLimitLines(settings: Settings): string[] {
  return LIMIT_NAMES.map((name) => settingLine(LIMITS[name].label, everyoneWords(settings, name)));
}

/** What roles set, a line for each that sets anything. */
export function roleLimitLines({ limits }: Settings): string[] {
  return Object.entries(limits.roles).flatMap(([roleId, its]) => {
    const words = LIMIT_NAMES.flatMap((name) => {
      const value = its[name];
      return value === undefined ? [] : [`${LIMITS[name].label.toLowerCase()} ${limitWords(name, value)}`];
    });
    return words.length === 0 ? [] : [`${mention('@&', roleId)}: ${words.join(', ')}`];
  });
}

/** What holds for the members of one role, a line for each limit. */
function linesOfRole(settings: Settings, roleId: string): string[] {
  const its = settings.limits.roles[roleId] ?? {};
  return LIMIT_NAMES.map((name) => {
    const value = its[name];
    return value === undefined
      ? `${LIMITS[name].label}: as everyone, ${everyoneWords(settings, name)}`
      : settingLine(LIMITS[name].label, limitWords(name, value));
  });
}

/** The limits that hold for everyone and what roles set, or those of the members of one role. */
export function limitsPage(settings: Settings, roleId?: string): APIEmbed[] {
  const footer = { text: HINT };
  if (roleId !== undefined) {
    const description = [mention('@&', roleId), ...linesOfRole(settings, roleId)].join('\n');
    return [{ color: COLOURS.progress, title: 'Limits of a role', description, footer }];
  }
  const roles = roleLimitLines(settings);
  const lines = [...everyoneLimitLines(settings), ...(roles.length === 0 ? [] : ['', ...roles])];
  const description = listed(lines, DESCRIPTION_LENGTH, { separator: '\n' });
  return [{ color: COLOURS.progress, title: 'Limits for everyone', description, footer }];
}
