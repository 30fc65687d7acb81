import { createHash } from 'node:crypto';

export interface Bucket {
  /** The kind of route that shares the limit. */
  name: string;
  limit: number;
  windowMs: number;
}

export interface RateLimitDecision {
  headers: Record<string, string>;
  /** Set when the request is over a limit. */
  refused?: { body: { message: string; retry_after: number; global: boolean }; wasAnnounced: boolean };
  /** Call when the response was sent: from then on, the sender knows its headers. */
  answered(): void;
}

interface Window {
  startedAtMs: number;
  used: number;
  /** When a response announced that nothing is left in this window. */
  announcedAtMs?: number;
}

/** @see https://discord.com/developers/docs/topics/rate-limits#global-rate-limit */
const GLOBAL: Bucket = { name: 'global', limit: 50, windowMs: 1_000 };
/** A request within this time may have been sent before the announcement arrived. */
const IN_FLIGHT_MS = 50;

/** Counts requests by bucket and top-level resource, in windows that begin with their first request. */
export class RateLimits {
  readonly #windows = new Map<string, Window>();

  /**
   * Counts one request.
   * @param resource the channel, guild or webhook that is counted separately
   * @param countsGlobally true for authenticated routes; interaction routes are exempt
   */
  take(bucket: Bucket, resource: string, countsGlobally: boolean): RateLimitDecision {
    const nowMs = Date.now();
    if (countsGlobally) {
      const overall = this.#window(GLOBAL, '', nowMs);
      if (overall.used >= GLOBAL.limit) return refuse(GLOBAL, overall, nowMs, true);
      overall.used += 1;
    }
    const window = this.#window(bucket, resource, nowMs);
    if (window.used >= bucket.limit) return refuse(bucket, window, nowMs, false);
    window.used += 1;
    return {
      headers: headersOf(bucket, window, nowMs),
      answered: () => markAnnounced(window, window.used >= bucket.limit),
    };
  }

  #window(bucket: Bucket, resource: string, nowMs: number): Window {
    const key = `${bucket.name}:${resource}`;
    const current = this.#windows.get(key);
    if (current && nowMs - current.startedAtMs < bucket.windowMs) return current;
    const fresh: Window = { startedAtMs: nowMs, used: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

function markAnnounced(window: Window, isExhausted: boolean): void {
  if (isExhausted) window.announcedAtMs ??= Date.now();
}

function refuse(bucket: Bucket, window: Window, nowMs: number, global: boolean): RateLimitDecision {
  const waitMs = window.startedAtMs + bucket.windowMs - nowMs;
  const wasAnnounced = window.announcedAtMs !== undefined && nowMs - window.announcedAtMs > IN_FLIGHT_MS;
  return {
    headers: {
      ...(global ? { 'X-RateLimit-Global': 'true' } : headersOf(bucket, window, nowMs)),
      'X-RateLimit-Scope': global ? 'global' : 'user',
      'Retry-After': String(Math.ceil(waitMs / 1000)),
    },
    refused: { body: { message: 'You are being rate limited.', retry_after: waitMs / 1000, global }, wasAnnounced },
    answered: () => markAnnounced(window, true),
  };
}

function headersOf(bucket: Bucket, window: Window, nowMs: number): Record<string, string> {
  const resetAtMs = window.startedAtMs + bucket.windowMs;
  return {
    'X-RateLimit-Limit': String(bucket.limit),
    'X-RateLimit-Remaining': String(bucket.limit - window.used),
    'X-RateLimit-Reset': (resetAtMs / 1000).toFixed(3),
    'X-RateLimit-Reset-After': ((resetAtMs - nowMs) / 1000).toFixed(3),
    'X-RateLimit-Bucket': createHash('md5').update(bucket.name).digest('hex'),
  };
}
