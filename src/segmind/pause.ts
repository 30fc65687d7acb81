import type { RateLimited } from './errors.ts';

/** One answer can't stop submits for longer; a later 429 pauses again. */
export const MAX_PAUSE_MS = 300_000;
const DEFAULT_PAUSE_MS = 60_000;
const MIN_PAUSE_MS = 1000;

/** How long a 429 asks to wait: until its reset, or 60 s if it names none; at least 1 s, at most 5 minutes. */
export function pauseMsFor(error: RateLimited, nowMs: number): number {
  const requestedMs = error.resetAtMs === undefined ? DEFAULT_PAUSE_MS : error.resetAtMs - nowMs;
  return Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, requestedMs));
}
