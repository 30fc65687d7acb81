import { SNOWFLAKE } from '../snowflake.ts';
import type { Texts } from '../texts/index.ts';
import { escaped, isBlank } from './escape.ts';

/** The longest shown of a text that a moderator wrote. */
const TEXT_LENGTH = 250;
const OTHER_LENGTH = 100;

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

export function numberWords(value: number): string {
  return numbers.format(value);
}

/** Whole seconds as `1 h 30 min`. */
export function durationWords(seconds: number): string {
  const units = [
    { name: 'd', length: 86_400, within: Number.POSITIVE_INFINITY },
    { name: 'h', length: 3_600, within: 24 },
    { name: 'min', length: 60, within: 60 },
    { name: 's', length: 1, within: 60 },
  ];
  const counts = units.map(({ name, length, within }) => ({ name, count: Math.floor(seconds / length) % within }));
  const words = counts.filter(({ count }) => count > 0).map(({ name, count }) => `${count} ${name}`);
  return words.join(' ') || '0 s';
}

/** US$ to the cent, and as exactly as needed where a cent is too coarse. */
export function usdWords(value: number): string {
  const maximumFractionDigits = Math.abs(value) < 0.01 ? 6 : 4;
  return `US$ ${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits })}`;
}

/** As `2026-11-22 00:00 UTC`. */
export function utcWords(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A text that a moderator wrote, in quotation marks. */
export function quoted(text: string, maxLength = TEXT_LENGTH): string {
  return `“${isBlank(text) ? ' ' : escaped(text, maxLength)}”`;
}

/** A text that is only seen after a click on it. */
export function spoiler(text: string, maxLength: number): string {
  const shown = isBlank(text) ? ' ' : escaped(text, maxLength);
  // Of three bars in a row Discord takes the first two for the end.
  return shown.endsWith('|') ? `||${shown} ||` : `||${shown}||`;
}

/** As many of `items` as fit into `maxLength`, then how many more there are. @param where to read all of them */
export function listed(
  items: readonly string[],
  maxLength: number,
  { lists }: Pick<Texts, 'lists'>,
  { separator = ', ', where = '' }: { separator?: string; where?: string } = {},
): string {
  const tail = (left: number) => (left === 0 ? '' : `${separator}${lists.more(left)}${where}`);
  let shown = '';
  for (const [index, item] of items.entries()) {
    const longer = index === 0 ? item : `${shown}${separator}${item}`;
    if (longer.length + tail(items.length - index - 1).length > maxLength)
      return index === 0 ? `${lists.inAll(items.length)}${where}` : `${shown}${tail(items.length - index)}`;
    shown = longer;
  }
  return shown;
}

/** A value of a kind that this release doesn't know, since a newer one has stored it. */
export function rawValue(value: unknown): string {
  return escaped(JSON.stringify(value) ?? '–', OTHER_LENGTH);
}

/** Something of Discord's by its id, as a mention that clients turn into its name. */
export function mention(sign: '@' | '@&' | '#', id: unknown): string {
  return typeof id === 'string' && SNOWFLAKE.test(id) ? `<${sign}${id}>` : rawValue(id);
}
