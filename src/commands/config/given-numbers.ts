import { numberWords, quoted } from '../../replies/format.ts';
import { LIMITS, type LimitName, NO_LIMIT } from '../../settings/limits.ts';
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
  const isCooldown = kind === 'cooldown';
  const number = `${isWhole ? 'a whole number' : 'a number'}${isCooldown ? ' of seconds' : ''}`;
  const nothing = isCooldown ? 'no cooldown' : 'none allowed';
  throw new SettingProblem(
    `\`${option}\`: ${quoted(given, SHOWN_LENGTH)} is not allowed. It must be ${number} from 0 (${nothing}) to ${numberWords(max)}, or ${NO_LIMIT} for no limit, or \`${CLEAR}\` to inherit.`,
  );
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
  throw new SettingProblem(
    `\`${option}\`: ${quoted(given, SHOWN_LENGTH)} is not allowed. It must be an amount in US$ such as 5 or 2.50, from 0 (nothing may be spent) to ${numberWords(MAX_BUDGET_USD)}, or ${NO_LIMIT} or \`${CLEAR}\` for no limit.`,
  );
}
