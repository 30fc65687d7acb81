import type { UsageRow } from '../../replies/usage-ranking.ts';

export interface MonthCalendar {
  /** As `November 2026`. */
  readonly name: string;
  readonly dayCount: number;
  /** How many of its days have begun. */
  readonly daysBegun: number;
  /** The day of the month, and as `November 22`. Absent when today is in another month. */
  readonly today?: { readonly day: number; readonly name: string };
}

/** A month, as `2026-11`, seen from a UTC day, as `2026-11-22`. */
export function calendarOf(month: string, today: string): MonthCalendar {
  const inWords = (day: string, options: Intl.DateTimeFormatOptions) =>
    new Date(`${day}T00:00:00Z`).toLocaleDateString('en-US', { month: 'long', timeZone: 'UTC', ...options });
  const [year = 0, monthOfYear = 0] = month.split('-').map(Number);
  const dayCount = new Date(Date.UTC(year, monthOfYear, 0)).getUTCDate();
  const name = inWords(`${month}-01`, { year: 'numeric' });
  if (!today.startsWith(month)) return { name, dayCount, daysBegun: month < today ? dayCount : 0 };
  const day = Number(today.slice(8));
  return { name, dayCount, daysBegun: day, today: { day, name: inWords(today, { day: 'numeric' }) } };
}

/** What was used on each day of a month, the first day first. */
export function sumByDay(rows: readonly UsageRow[], dayCount: number, used: (row: UsageRow) => number): number[] {
  const sums = new Array<number>(dayCount).fill(0);
  for (const row of rows) {
    const index = Number(row.day.slice(8)) - 1;
    sums[index] = (sums[index] ?? 0) + used(row);
  }
  return sums;
}
