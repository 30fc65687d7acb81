import { monthOf, utcDay } from '../../settings/calendar.ts';

/** Totals are kept for 400 days: that many months are whole. */
const KEPT_MONTHS = 13;

/** The month of a time and those before it whose totals are kept, as `2026-11`, the latest first. */
export function keptMonths(nowMs: number): string[] {
  const date = new Date(nowMs);
  return Array.from({ length: KEPT_MONTHS }, (_, back) =>
    monthOf(utcDay(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back))),
  );
}
