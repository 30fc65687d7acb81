import { quoted } from '../../replies/format.ts';
import { LIMITS, type LimitName } from '../../settings/limits.ts';
import { MAX_BUDGET_USD } from '../../settings/schema.ts';
import { SettingProblem } from './subcommand.ts';

/** What takes a setting back. */
export const CLEAR = 'clear';

const SHOWN_LENGTH = 40;

/** Nothing else that JavaScript would read as a number: no exponents, no thousands, no other sign. */
const NUMBER = /^(?:-1|\d+(?:\.\d+)?)$/;

function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

function isClear(text: string): boolean {
  return text.toLowerCase() === CLEAR;
}

/**
 * A limit as a moderator types it.
 * @returns undefined for `clear`
 * @throws SettingProblem for anything but that and what LIMITS allows
 */
export function parseLimit(name: LimitName, given: string): number | undefined {
  const text = given.trim();
  if (isClear(text)) return undefined;
  const { option, kind, max, isWhole } = LIMITS[name];
  const value = parseNumber(text);
  if (value !== undefined && value <= max && !(isWhole && !Number.isInteger(value))) return value;
  const facts = { option, given: quoted(given, SHOWN_LENGTH), max, isWhole, isCooldown: kind === 'cooldown' };
  throw new SettingProblem(({ config }) => config.limits.notAllowed(facts));
}

/**
 * A budget in US$ as a moderator types it, with or without the currency in front.
 * @returns undefined for `clear`
 * @throws SettingProblem for anything but that and an amount that the settings take
 */
export function parseBudget(option: string, given: string): number | undefined {
  const text = given.trim().replace(/^(?:US)?\$ ?/i, '');
  if (isClear(text)) return undefined;
  const value = parseNumber(text);
  if (value !== undefined && value <= MAX_BUDGET_USD) return value;
  const facts = { option, given: quoted(given, SHOWN_LENGTH), max: MAX_BUDGET_USD };
  throw new SettingProblem(({ config }) => config.budget.notAllowed(facts));
}
