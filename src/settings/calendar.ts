const DAY_MS = 24 * 60 * 60_000;

/** The UTC day of a time, such as `2026-11-22`: days can be sorted and compared as text. */
export function utcDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** The month of a `utcDay`, as `2026-11`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** The UTC day `count` days before that of a time. */
export function daysBefore(timeMs: number, count: number): string {
  return utcDay(timeMs - count * DAY_MS);
}

/** When the next UTC day begins, in epoch milliseconds. */
export function nextDayMs(timeMs: number): number {
  return (Math.floor(timeMs / DAY_MS) + 1) * DAY_MS;
}

/** When the next UTC month begins, in epoch milliseconds. */
export function nextMonthMs(timeMs: number): number {
  const date = new Date(timeMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
