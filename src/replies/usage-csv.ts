import type { UsageRow } from './usage-ranking.ts';

const HEADER = 'day,member_id,images,cost_usd';

/**
 * Usage as CSV, a line for each day and member in the order given; costs in US$ with 6 decimals. No field needs quotes: days, ids
 * and numbers are digits, hyphens and points. Ids stay plain, although spreadsheets that take them for numbers round them after
 * 15 digits: whoever imports the column as text gets them whole, and any trick against it would break every other reader.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function usageCsv(rows: readonly UsageRow[]): string {
  const lines = rows.map(({ day, memberId, images, costUsd }) => [day, memberId, images, costUsd.toFixed(6)].join(','));
  return [HEADER, ...lines].map((line) => `${line}\r\n`).join('');
}
