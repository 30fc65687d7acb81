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
import type { PollSchedule, SeenStates } from './poll-schedule.ts';
import type { InferenceResult, InferenceState, InferenceStatus } from './result.ts';

const MAX_BACKOFF_MS = 15_000;
/** How long Segmind keeps results. */
export const RESULT_RETENTION_MS = 3_600_000;
/** For so long after the submit, Segmind may not find the request yet. */
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
/** How often a finished result without images is fetched. */
const RESULT_TRIES = 3;

export interface Pollable {
  readonly requestId: string;
  status(options: { signal?: AbortSignal }): Promise<InferenceStatus>;
  result(options: { signal?: AbortSignal }): Promise<InferenceResult>;
}

/** When a request was finished, as the polls saw it: milliseconds since its submit. */
export interface FinishTimes {
  /** It was not yet finished then; 0 when the first poll found it finished. */
  readonly afterMs: number;
  /** It was finished then. */
  readonly byMs: number;
  /** It was last QUEUED then; 0 when it never was. */
  readonly queuedAtMs: number;
}

export interface PollOptions {
  /** From now, in milliseconds; 600 000 by default. At least one poll is made. */
  timeoutMs?: number;
  /** Between polls; 1000 by default. With a schedule, it is the first pause after a failed poll. */
  intervalMs?: number;
  /** When to poll; by default, at once and then at each interval. */
  schedule?: Pick<PollSchedule, 'firstMs' | 'nextMs'>;
  /** The shortest pause between two polls, in milliseconds; 0 by default. Called before each pause. */
  minPauseMs?: () => number;
  /** When polling slows down, from now, in milliseconds; never by default. */
  slowAfterMs?: number;
  /** Between polls after that; 60 000 by default. */
  slowIntervalMs?: number;
  /** How long ago the request was submitted, in milliseconds; 0 by default. */
  ageMs?: number;
  signal?: AbortSignal;
  /** Called on each change of the state. */
  onState?(state: InferenceState): void;
  /** Called when the request is finished, before its images are fetched. */
  onFinished?(times: FinishTimes): void;
  /** Called once when polling slows down. */
  onSlow?(): void;
  /**
   * Called once for each kind of answer that an operator should know about: a rejected key, a refused poll, an unreadable result.
   * Polling continues.
   */
  onTrouble?(error: unknown): void;
}

/**
 * Polls until the request is finished and fetches its images.
 * GETs are free, and the image may be paid for: polling ends only with FAILED, with 404 in Segmind's JSON after a request's first 10 s,
 * or when a finished result has had no images three times. Nothing stays scheduled afterwards.
 * @throws InferenceFailed, RequestNotFound, ResultUnreadable, InferenceTimeout after `timeoutMs`, or `signal.reason`
 */
export async function poll(inference: Pollable, options: PollOptions): Promise<InferenceResult> {
  const { timeoutMs = 600_000, intervalMs = 1000, slowIntervalMs = 60_000, ageMs = 0 } = options;
  const { slowAfterMs = Number.POSITIVE_INFINITY, signal, schedule, minPauseMs = () => 0 } = options;
  const { onState, onFinished, onSlow, onTrouble } = options;
  const startedAtMs = monotonicNow();
  const sinceSubmitMs = () => monotonicNow() - startedAtMs + ageMs;
  const get = signal ? { signal } : {};
  let state: InferenceState | undefined;
  let failures = 0;
  let unreadableResults = 0;
  let isSlow = false;
  const reported = new Set<string>();
  let seen: SeenStates = {};
  let unfinishedAtMs = 0;

  const firstPauseMs = schedule ? schedule.firstMs - ageMs : 0;
  if (firstPauseMs > 0 && firstPauseMs < timeoutMs) await sleep(firstPauseMs);
  for (;;) {
    signal?.throwIfAborted();
    const askedAtMs = sinceSubmitMs();
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
      if (state === 'COMPLETED') {
        onFinished?.({ afterMs: unfinishedAtMs, byMs: sinceSubmitMs(), queuedAtMs: seen.queuedAtMs ?? 0 });
        continue;
      }
      unfinishedAtMs = askedAtMs;
      if (state === 'QUEUED') seen = { queuedAtMs: askedAtMs };
      else if (seen.processingAtMs === undefined) seen = { ...seen, processingAtMs: sinceSubmitMs() };
      const nextMs = schedule?.nextMs(seen, sinceSubmitMs()) ?? intervalMs;
      pauseMs = isSlow ? slowIntervalMs : Math.max(minPauseMs(), nextMs);
    } else {
      const { error } = answer;
      failures += 1;
      report(error);
      if (error instanceof ResultUnreadable) unreadableResults += 1;
      if (isFinal(error)) throw error;
      pauseMs = Math.max(minPauseMs(), pauseAfter(error, failures, intervalMs, slowIntervalMs));
      if (isSlow && state !== 'COMPLETED') pauseMs = Math.max(pauseMs, slowIntervalMs);
    }
    await sleep(pauseMs);
  }

  function isFinal(error: unknown): boolean {
    if (error instanceof RequestNotFound) return sinceSubmitMs() >= RECORD_DELAY_MS;
    return error instanceof InferenceFailed || unreadableResults >= RESULT_TRIES;
  }

  function report(error: unknown): void {
    const kind = error instanceof Error ? error.name : 'unknown';
    if (!isWorthReporting(error) || reported.has(kind)) return;
    reported.add(kind);
    onTrouble?.(error);
  }

  /** Waits for the next poll. The time-out and the slow-down don't wait for it. */
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

/** Whether an operator should know about it. Transient errors, and those that end the polling, are logged elsewhere. */
function isWorthReporting(error: unknown): boolean {
  if (error instanceof ForeignAnswer) return error.status === 401 || error.status === 403;
  const isKnown = error instanceof RateLimited || error instanceof InferenceFailed || error instanceof RequestNotFound;
  return !isKnown && (error instanceof UnreadableAnswer || error instanceof ResultUnreadable || !isTransient(error));
}

/** Short, growing pauses after transient errors; a long one after errors that an operator has to fix, such as a wrong key. */
function pauseAfter(error: unknown, failures: number, intervalMs: number, slowIntervalMs: number): number {
  if (error instanceof RateLimited) return pauseMsFor(error, now());
  return isTransient(error)
    ? Math.min(intervalMs * 1.5 ** (failures - 1), Math.max(intervalMs, MAX_BACKOFF_MS))
    : slowIntervalMs;
}

function isTransient(error: unknown): boolean {
  return TRANSIENT.some((kind) => error instanceof kind);
}
