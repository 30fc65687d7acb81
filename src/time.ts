/** The only timers of the bot. They use the global functions, so that tests can fake every clock. */

/** Milliseconds since the epoch. */
export function now(): number {
  return Date.now();
}

/** Milliseconds on a clock that is never set: for durations and deadlines of this process. */
export function monotonicNow(): number {
  return performance.now();
}

/**
 * Milliseconds left of `totalMs` since a stored time (epoch milliseconds); from 0 to `totalMs`, even if the wall clock was set. To be
 * called once, when the time is loaded.
 */
export function msLeft(totalMs: number, sinceEpochMs: number): number {
  return Math.min(totalMs, Math.max(0, totalMs - (now() - sinceEpochMs)));
}

/** A time on the monotonic clock in epoch milliseconds, to show it. */
export function epochOf(monotonicMs: number): number {
  return Math.round(now() + monotonicMs - monotonicNow());
}

/**
 * Resolves after `ms` milliseconds; a negative number counts as zero.
 * @throws `signal.reason` as soon as the signal aborts; then nothing stays scheduled
 */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.max(0, ms),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Lets pending I/O happen first, before work that blocks the process. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Runs `work` once after `ms` milliseconds. The timer doesn't keep the process alive.
 * @returns cancels it
 */
export function later(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, Math.max(0, ms));
  timer.unref();
  return () => clearTimeout(timer);
}

/**
 * Runs `work` with a signal that aborts after `ms` milliseconds or with `parent`, whichever is first. The timer ends with the work.
 * @param reason makes the signal's reason when the time is over
 */
export async function withTimeout<T>(
  ms: number,
  reason: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  const cancel = later(ms, () => controller.abort(reason()));
  // Not AbortSignal.any: in Node 20, `parent` would keep 70 bytes of each such signal for ever.
  const onAbort = () => controller.abort(parent?.reason);
  if (parent?.aborted) onAbort();
  parent?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    cancel();
    parent?.removeEventListener('abort', onAbort);
  }
}

/** The result of `work`; undefined when it takes longer than `ms` milliseconds: then it continues, and its result is ignored. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let cancel = () => {};
  const timeOver = new Promise<undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    cancel = () => clearTimeout(timer);
  });
  try {
    return await Promise.race([work, timeOver]);
  } finally {
    cancel();
  }
}

/** The result of `work`. @throws `signal.reason` as soon as the signal aborts: then `work` continues, and its result is ignored */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

export interface RetryOptions {
  /** Ends the retries with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether another try may help; default: always. */
  readonly shouldRetry?: (error: unknown) => boolean;
  /** Each pause is twice as long as the one before, from the first to the longest, in milliseconds. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** At least 1; default: no limit. */
  readonly tries?: number;
  /** No try begins later than this after the call, in milliseconds; default: no limit. */
  readonly giveUpAfterMs?: number;
  /** The pause after an error, in milliseconds; default: the growing pause. */
  readonly pauseFor?: (error: unknown, growingMs: number) => number;
  /** Called before each pause. */
  readonly onRetry?: (error: unknown, pauseMs: number) => void;
}

/**
 * Repeats `work` until it succeeds, with growing pauses. The first try is made even when the signal has aborted.
 * @throws the last error when no further try is made, or `signal.reason` when it aborts before the next one
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, shouldRetry, pauseFor, onRetry, tries = Number.POSITIVE_INFINITY } = options;
  const lastStartMs = monotonicNow() + (options.giveUpAfterMs ?? Number.POSITIVE_INFINITY);
  let growingMs = options.firstPauseMs;
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (shouldRetry?.(error) === false) throw error;
      signal?.throwIfAborted();
      const pauseMs = pauseFor?.(error, growingMs) ?? growingMs;
      if (failures >= tries || monotonicNow() + pauseMs > lastStartMs) throw error;
      onRetry?.(error, pauseMs);
      await wait(pauseMs, signal);
    }
    growingMs = Math.min(2 * growingMs, options.longestPauseMs);
  }
}
