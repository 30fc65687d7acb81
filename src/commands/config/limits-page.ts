import type { APIEmbed } from 'discord.js';
import { COLOURS } from '../../replies/message.ts';
import { defaultLimitWords, LIMIT_LABELS, LIMIT_NAMES, limitWords } from '../../replies/setting-words.ts';
import { listed, mention } from '../../replies/settings-format.ts';
import type { LimitName, Settings } from '../../settings/schema.ts';
import { settingLine } from './show-settings.ts';

/** Discord takes 4096 characters in a description. */
const DESCRIPTION_LENGTH = 4_000;

const HINT =
  'Images count by UTC day. Of several roles of a member, the most generous value counts; what no role sets is as for everyone.';

function everyoneWords({ limits }: Settings, name: LimitName): string {
  const value = limits.everyone[name];
  return value === undefined ? defaultLimitWords(name) : limitWords(name, value);
}

function roleLines(settings: Settings, roleId: string): string[] {
  const its = settings.limits.roles[roleId] ?? {};
  return LIMIT_NAMES.map((name) => {
    const value = its[name];
    return value === undefined
      ? `${LIMIT_LABELS[name]}: as everyone, ${everyoneWords(settings, name)}`
      : settingLine(LIMIT_LABELS[name], limitWords(name, value));
  });
}

/** What a role sets, in one line. */
function roleLine([roleId, its]: [string, Settings['limits']['everyone']]): string {
  const words = LIMIT_NAMES.flatMap((name) => {
    const value = its[name];
    return value === undefined ? [] : [`${LIMIT_LABELS[name].toLowerCase()} **${limitWords(name, value)}**`];
  });
  return `${mention('@&', roleId)}: ${words.join(', ')}`;
}

/** The limits that hold for everyone and what roles set, or those of the members of one role. */
export function limitsPage(settings: Settings, roleId?: string): APIEmbed[] {
  const footer = { text: HINT };
  if (roleId !== undefined) {
    const description = [mention('@&', roleId), ...roleLines(settings, roleId)].join('\n');
    return [{ color: COLOURS.progress, title: 'Limits of a role', description, footer }];
  }
  const everyone = LIMIT_NAMES.map((name) => settingLine(LIMIT_LABELS[name], everyoneWords(settings, name)));
  const roles = Object.entries(settings.limits.roles).map(roleLine);
  const byRole = roles.length === 0 ? [] : ['', ...roles];
  const description = listed([...everyone, ...byRole], DESCRIPTION_LENGTH, { separator: '\n' });
  return [{ color: COLOURS.progress, title: 'Limits for everyone', description, footer }];
}
