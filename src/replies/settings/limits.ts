import type { APIEmbed } from 'discord.js';
import { LIMIT_NAMES } from '../../settings/limits.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';
import { listed, mention } from '../format.ts';
import { COLOURS } from '../message.ts';
import { everyoneLimit, labelledLimit, limitText } from './limit-values.ts';
import { custom, settingLine, valueText } from './setting-value.ts';

/** Discord takes 4096 characters in a description. */
const DESCRIPTION_LENGTH = 4_000;

/** What applies to everyone, a line for each limit. */
export function everyoneLimitLines({ limits }: Settings, texts: Texts): string[] {
  return LIMIT_NAMES.map((name) =>
    settingLine(texts.limits[name].label, everyoneLimit(name, limits.everyone[name], texts), texts),
  );
}

/** What roles set, a line for each that sets anything. */
export function roleLimitLines({ limits }: Settings, texts: Texts): string[] {
  return Object.entries(limits.roles).flatMap(([roleId, its]) => {
    const values = LIMIT_NAMES.flatMap((name) => {
      const value = its[name];
      return value === undefined ? [] : [labelledLimit(name, value, texts)];
    });
    return values.length === 0 ? [] : [[mention('@&', roleId), ...values].join(' · ')];
  });
}

/** What applies to the members of one role, a line for each limit. */
function linesOfRole({ limits }: Settings, roleId: string, texts: Texts): string[] {
  const its = limits.roles[roleId] ?? {};
  return LIMIT_NAMES.map((name) => {
    const { label } = texts.limits[name];
    const value = its[name];
    if (value !== undefined) return settingLine(label, custom(limitText(name, value, texts)), texts);
    const inherited = valueText(everyoneLimit(name, limits.everyone[name], texts), texts);
    return `${label}: ${texts.settings.sameAsEveryone}, ${inherited}`;
  });
}

/** The limits for everyone and what roles set, or those for the members of one role. */
export function limitsPage(settings: Settings, texts: Texts, roleId?: string): APIEmbed[] {
  const { limitsPage: page } = texts;
  const shared = { color: COLOURS.progress, footer: { text: page.hint } };
  if (roleId !== undefined) {
    const description = [mention('@&', roleId), ...linesOfRole(settings, roleId, texts)].join('\n');
    return [{ ...shared, title: page.role, description }];
  }
  const roles = roleLimitLines(settings, texts);
  const lines = [...everyoneLimitLines(settings, texts), ...(roles.length === 0 ? [] : ['', ...roles])];
  const description = listed(lines, DESCRIPTION_LENGTH, texts, { separator: '\n' });
  return [{ ...shared, title: page.everyone, description }];
}
