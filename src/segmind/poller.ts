import { monotonicNow, now, wait } from '../time.ts';
import {
  ConnectionBroken,
  ConnectionFailed,
  ForeignAnswer,
  InferenceFailed,
  InferenceTimeout,
  RateLimited,
  RequestNotFound,
  RequestTimeout,
  ResultUnreadable,
  ServerError,
  UnreadableAnswer,
} from './errors.ts';
import { pauseMsFor } from './pause.ts';
import type { InferenceResult, InferenceState, InferenceStatus } from './result.ts';

const MAX_BACKOFF_MS = 15_000;
/** How long Segmind keeps results. */
export const RESULT_RETENTION_MS = 3_600_000;
/** A poll can come before the record of a request that was just accepted is there. */
const RECORD_DELAY_MS = 10_000;
const TRANSIENT = [
  ConnectionBroken,
  ConnectionFailed,
  ForeignAnswer,
  RequestNotFound,
  RequestTimeout,
  ResultUnreadable,
  ServerError,
  UnreadableAnswer,
];
/** How often a finished result is fetched in which no image is found. */
const RESULT_TRIES = 3;

export interface Pollable {
  readonly requestId: string;
  status(options: { signal?: AbortSignal }): Promise<InferenceStatus>;
  result(options: { signal?: AbortSignal }): Promise<InferenceResult>;
}

export interface PollOptions {
  /** From now, in milliseconds; 600 000 by default. At least one poll is made whatever it is. */
  timeoutMs?: number;
  /** Between polls; 1000 by default. */
  intervalMs?: number;
  /** From now, in milliseconds: then polling slows down. Never by default. */
  slowAfterMs?: number;
  /** Between polls then; 60 000 by default. */
  slowIntervalMs?: number;
  /** How long ago the request was submitted, in milliseconds; 0 by default. */
  ageMs?: number;
  signal?: AbortSignal;
  /** Called on each change of the state. */
  onState?(state: InferenceState): void;
  /** Called once when polling slows down. */
  onSlow?(): void;
  /**
   * Called once for each kind of answer that an operator should know of: a rejected key, a refused poll, a result that can't be read.
   * Polling goes on.
   */
  onTrouble?(error: unknown): void;
}

/**
 * Polls until the request is finished and fetches its images.
 * GETs are free: whatever may pass is asked again, and no single answer gives up an image that may be paid for, but FAILED, and 404 in
 * Segmind's JSON after a request's first 10 s. A finished result without images is fetched three times. Nothing is scheduled any more
 * once it has settled.
 * @throws InferenceFailed, RequestNotFound, ResultUnreadable, InferenceTimeout when the time is over, or `signal.reason`
 */
export async function poll(inference: Pollable, options: PollOptions): Promise<InferenceResult> {
  const { timeoutMs = 600_000, intervalMs = 1000, slowIntervalMs = 60_000, ageMs = 0 } = options;
  const { slowAfterMs = Number.POSITIVE_INFINITY, signal, onState, onSlow, onTrouble } = options;
  const startedAtMs = monotonicNow();
  const get = signal ? { signal } : {};
  let state: InferenceState | undefined;
  let failures = 0;
  let unreadableResults = 0;
  let isSlow = false;
  const reported = new Set<string>();

  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask<InferenceStatus | InferenceResult>(
      () => (state === 'COMPLETED' ? inference.result(get) : inference.status(get)),
      signal,
    );
    if ('images' in answer) return answer;
    let pauseMs: number;
    if ('state' in answer) {
      failures = 0;
      if (answer.state !== state) onState?.(answer.state);
      state = answer.state;
      if (state === 'COMPLETED') continue;
      pauseMs = isSlow ? slowIntervalMs : intervalMs;
    } else {
      const { error } = answer;
      failures += 1;
      report(error);
      if (error instanceof ResultUnreadable) unreadableResults += 1;
      if (isFinal(error)) throw error;
      pauseMs = pauseAfter(error, failures, intervalMs, slowIntervalMs);
      if (isSlow && state !== 'COMPLETED') pauseMs = Math.max(pauseMs, slowIntervalMs);
    }
    await sleep(pauseMs);
  }

  function isFinal(error: unknown): boolean {
    if (error instanceof RequestNotFound) return monotonicNow() - startedAtMs + ageMs >= RECORD_DELAY_MS;
    return error instanceof InferenceFailed || unreadableResults >= RESULT_TRIES;
  }

  function report(error: unknown): void {
    const kind = error instanceof Error ? error.name : 'unknown';
    if (!isWorthReporting(error) || reported.has(kind)) return;
    reported.add(kind);
    onTrouble?.(error);
  }

  /** Waits, and wakes for the time-out and for the moment to slow down, which don't wait for a poll. */
  async function sleep(pauseMs: number): Promise<void> {
    const untilMs = monotonicNow() + pauseMs;
    for (;;) {
      const elapsedMs = monotonicNow() - startedAtMs;
      if (elapsedMs >= timeoutMs) throw new InferenceTimeout(inference.requestId, elapsedMs);
      if (!isSlow && elapsedMs >= slowAfterMs) {
        isSlow = true;
        onSlow?.();
      }
      const milestoneMs = startedAtMs + (isSlow ? timeoutMs : Math.min(slowAfterMs, timeoutMs));
      const remainingMs = Math.min(untilMs, milestoneMs) - monotonicNow();
      if (remainingMs <= 0) return;
      await wait(Math.ceil(remainingMs), signal);
    }
  }
}

async function ask<T>(get: () => Promise<T>, signal: AbortSignal | undefined): Promise<T | { error: unknown }> {
  try {
    return await get();
  } catch (error) {
    signal?.throwIfAborted();
    return { error };
  }
}

/** Whether an operator should know of it; what fails by itself and passes, or ends the polling, is told in other ways. */
function isWorthReporting(error: unknown): boolean {
  if (error instanceof ForeignAnswer) return error.status === 401 || error.status === 403;
  const isKnown = error instanceof RateLimited || error instanceof InferenceFailed || error instanceof RequestNotFound;
  return !isKnown && (error instanceof UnreadableAnswer || error instanceof ResultUnreadable || !isTransient(error));
}

/** What passes by itself is asked again soon, ever more slowly; what an operator has to mend (a key, say) seldom. */
function pauseAfter(error: unknown, failures: number, intervalMs: number, slowIntervalMs: number): number {
  if (error instanceof RateLimited) return pauseMsFor(error, now());
  return isTransient(error)
    ? Math.min(intervalMs * 1.5 ** (failures - 1), Math.max(intervalMs, MAX_BACKOFF_MS))
    : slowIntervalMs;
}

function isTransient(error: unknown): boolean {
  return TRANSIENT.some((kind) => error instanceof kind);
}
