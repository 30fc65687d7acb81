import { numberWords, quoted } from '../../replies/settings-format.ts';
import { LIMIT_RANGES, type LimitName, MAX_BUDGET_USD, NO_LIMIT } from '../../settings/schema.ts';
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
 * @throws SettingProblem for anything but that and what LIMIT_RANGES has
 */
export function parseLimit(name: LimitName, option: string, given: string): number | undefined {
  const text = given.trim();
  if (isClear(text)) return undefined;
  const { max, isWhole } = LIMIT_RANGES[name];
  const value = parseNumber(text);
  if (value !== undefined && value <= max && !(isWhole && !Number.isInteger(value))) return value;
  const [kind, nothing] =
    name === 'cooldownSeconds' ? ['a whole number of seconds', 'no cooldown'] : ['a number', 'none allowed'];
  const number = isWhole && name !== 'cooldownSeconds' ? 'a whole number' : kind;
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
