interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

const realPause = setImmediate;

/**
 * Runs `work` on a clock that jumps from timer to timer; the bot's timers use the global functions, so they follow it.
 * @throws what `work` throws, or Error when it waits for something else than a timer
 */
export async function inVirtualTime<T>(work: () => Promise<T>): Promise<T> {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, dateNow: Date.now };
  const startedAtMs = Date.now();
  const timers = new Set<Timer>();
  let nowMs = 0;
  // Safe casts: `src/time.ts` calls them like this only, and passes what it gets to `clearTimeout`.
  globalThis.setTimeout = ((run: () => void, ms = 0) => {
    const timer = { atMs: nowMs + Math.max(1, ms), run };
    timers.add(timer);
    return timer;
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer: Timer) => timers.delete(timer)) as unknown as typeof clearTimeout;
  Date.now = () => startedAtMs + nowMs;
  performance.now = () => nowMs;
  try {
    let isDone = false;
    const result = work().finally(() => {
      isDone = true;
    });
    // Handled below, as soon as the loop ends.
    result.catch(() => {});
    for (;;) {
      await new Promise((resolve) => realPause(resolve));
      if (isDone) return await result;
      const next = earliestOf(timers);
      if (!next) throw new Error('Nothing is scheduled, so virtual time stands still.');
      timers.delete(next);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    }
  } finally {
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    Date.now = real.dateNow;
    // The method of the prototype is back.
    Reflect.deleteProperty(performance, 'now');
  }
}

function earliestOf(timers: ReadonlySet<Timer>): Timer | undefined {
  let earliest: Timer | undefined;
  for (const timer of timers) if (!earliest || timer.atMs < earliest.atMs) earliest = timer;
  return earliest;
}
