const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

const WHOLE = /^(?:\d{1,6}\s*(?:m|min|minutes?|h|hours?|d|days?|w|weeks?)\s*)+$/;
const PART = /(\d+)\s*([mhdw])/g;
const MAX_MS = 365 * 86_400_000;

/** Milliseconds of what a moderator typed, such as `30m`, `12 hours` or `1d 12h`; undefined for anything but a minute to 365 days. */
export function parseDuration(text: string): number | undefined {
  const typed = text.trim().toLowerCase();
  if (!WHOLE.test(typed)) return undefined;
  let totalMs = 0;
  for (const [, count, unit = ''] of typed.matchAll(PART)) totalMs += Number(count) * (UNIT_MS[unit] ?? 0);
  return totalMs > 0 && totalMs <= MAX_MS ? totalMs : undefined;
}
