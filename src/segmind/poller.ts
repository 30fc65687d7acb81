import { now, wait } from '../time.ts';
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

export interface Pollable {
  readonly requestId: string;
  status(options: { signal?: AbortSignal }): Promise<InferenceStatus>;
  result(options: { signal?: AbortSignal }): Promise<InferenceResult>;
}

export interface PollOptions {
  /** Epoch milliseconds; deadline and retention count from here. */
  submittedAtMs: number;
  /** Between polls until the deadline; 1000 by default. */
  intervalMs?: number;
  /** 600 000 by default. */
  deadlineMs?: number;
  /** Between polls after the deadline; 60 000 by default. */
  slowIntervalMs?: number;
  /** For how long Segmind keeps results; 3 600 000 by default. */
  retentionMs?: number;
  signal?: AbortSignal;
  /** Called on each change of the state. */
  onState?(state: InferenceState): void;
  /** Called once when the deadline has passed; polling goes on, slowly. */
  onOverdue?(): void;
}

/**
 * Polls until the request is finished and fetches its images; at least one poll, even when the retention is over.
 * GETs are free: whatever may pass (transport, 5xx, 429, an unreadable answer) is asked again, and no single answer but
 * FAILED and 404 gives up an image that may be paid for. Nothing is scheduled any more once it has settled.
 * @throws InferenceFailed, RequestNotFound, InferenceTimeout when the retention is over, or `signal.reason`
 */
export async function poll(inference: Pollable, options: PollOptions): Promise<InferenceResult> {
  const { submittedAtMs, intervalMs = 1000, deadlineMs = 600_000, slowIntervalMs = 60_000 } = options;
  const { retentionMs = 3_600_000, signal, onState, onOverdue } = options;
  const get = signal ? { signal } : {};
  let state: InferenceState | undefined;
  let failures = 0;
  let isOverdue = false;

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
      pauseMs = isOverdue ? slowIntervalMs : intervalMs;
    } else {
      failures += 1;
      pauseMs = pauseAfter(answer.error, failures, intervalMs, slowIntervalMs);
      if (isOverdue && state !== 'COMPLETED') pauseMs = Math.max(pauseMs, slowIntervalMs);
    }
    await sleep(pauseMs);
  }

  /** Waits, and wakes for the deadline and the end of the retention, which don't wait for a poll. */
  async function sleep(pauseMs: number): Promise<void> {
    const untilMs = now() + pauseMs;
    for (;;) {
      const elapsedMs = now() - submittedAtMs;
      if (elapsedMs >= retentionMs) throw new InferenceTimeout(inference.requestId, elapsedMs);
      if (!isOverdue && elapsedMs >= deadlineMs) {
        isOverdue = true;
        onOverdue?.();
      }
      const milestoneMs = submittedAtMs + (isOverdue ? retentionMs : Math.min(deadlineMs, retentionMs));
      const remainingMs = Math.min(untilMs, milestoneMs) - now();
      if (remainingMs <= 0) return;
      await wait(remainingMs, signal);
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
