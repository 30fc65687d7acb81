import type { AnswerHead } from './http.ts';

/** Numbers below this are seconds from now; no epoch time is that small. */
const SMALLEST_EPOCH_SECONDS = 1e9;
const SMALLEST_EPOCH_MS = 1e11;

/**
 * When a 429 allows the next call, in epoch milliseconds of our own clock; undefined when it doesn't say.
 * `x-rate-limit-reset-at-utc` is compared with the answer's own `Date`, so that a wrong clock does no harm.
 * Its format isn't documented: dates and epoch numbers are both understood.
 */
export function resetAtMs(head: AnswerHead, nowMs: number): number | undefined {
  const serverNowMs = parseTime(head.header('date'), nowMs) ?? nowMs;
  const atMs =
    parseTime(head.header('x-rate-limit-reset-at-utc'), serverNowMs) ??
    parseTime(head.header('retry-after'), serverNowMs);
  return atMs === undefined ? undefined : nowMs + (atMs - serverNowMs);
}

function parseTime(text: string | undefined, relativeToMs: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const number = Number(text);
  if (Number.isFinite(number)) {
    if (number < SMALLEST_EPOCH_SECONDS) return relativeToMs + Math.max(0, number) * 1000;
    return number < SMALLEST_EPOCH_MS ? number * 1000 : number;
  }
  const parsed = Date.parse(inUtc(text.trim()));
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** A date without a zone would be read as local time. */
function inUtc(date: string): string {
  if (/(Z|GMT|UTC|[+-]\d\d:?\d\d)$/i.test(date)) return date;
  const isIso = /^\d{4}-\d\d-\d\d[T ]/.test(date);
  return isIso ? `${date.replace(' ', 'T')}Z` : `${date} UTC`;
}
