import { monotonicNow, now, wait } from '../time.ts';
import {
  ConnectionBroken,
  ConnectionFailed,
  InferenceFailed,
  InferenceTimeout,
  RateLimited,
  RequestNotFound,
  RequestTimeout,
  ServerError,
  UnreadableAnswer,
} from './errors.ts';
import { pauseMsFor } from './pause.ts';
import type { InferenceResult, InferenceState, InferenceStatus } from './result.ts';

const MAX_BACKOFF_MS = 15_000;
/** How long Segmind keeps results. */
export const RESULT_RETENTION_MS = 3_600_000;

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
  signal?: AbortSignal;
  /** Called on each change of the state. */
  onState?(state: InferenceState): void;
  /** Called once when polling slows down. */
  onSlow?(): void;
}

/**
 * Polls until the request is finished and fetches its images.
 * GETs are free: whatever may pass (transport, 5xx, 429, an unreadable answer) is asked again, and no single answer but
 * FAILED and 404 gives up an image that may be paid for. Nothing is scheduled any more once it has settled.
 * @throws InferenceFailed, RequestNotFound, InferenceTimeout when the time is over, or `signal.reason`
 */
export async function poll(inference: Pollable, options: PollOptions): Promise<InferenceResult> {
  const {
    timeoutMs = 600_000,
    intervalMs = 1000,
    slowAfterMs = Number.POSITIVE_INFINITY,
    slowIntervalMs = 60_000,
  } = options;
  const { signal, onState, onSlow } = options;
  const startedAtMs = monotonicNow();
  const get = signal ? { signal } : {};
  let state: InferenceState | undefined;
  let failures = 0;
  let isSlow = false;

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
      failures += 1;
      pauseMs = pauseAfter(answer.error, failures, intervalMs, slowIntervalMs);
      if (isSlow && state !== 'COMPLETED') pauseMs = Math.max(pauseMs, slowIntervalMs);
    }
    await sleep(pauseMs);
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
    if (error instanceof InferenceFailed || error instanceof RequestNotFound) throw error;
    return { error };
  }
}

/** What passes by itself is asked again soon, ever more slowly; what an operator has to mend (a key, say) seldom. */
function pauseAfter(error: unknown, failures: number, intervalMs: number, slowIntervalMs: number): number {
  if (error instanceof RateLimited) return pauseMsFor(error, now());
  const isPassing =
    error instanceof ConnectionFailed ||
    error instanceof ConnectionBroken ||
    error instanceof RequestTimeout ||
    error instanceof ServerError ||
    error instanceof UnreadableAnswer;
  return isPassing
    ? Math.min(intervalMs * 1.5 ** (failures - 1), Math.max(intervalMs, MAX_BACKOFF_MS))
    : slowIntervalMs;
}
