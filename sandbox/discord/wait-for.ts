import { setTimeout as wait } from 'node:timers/promises';

const INTERVAL_MS = 5;

/**
 * Polls until `probe` returns something.
 * @param timeoutMs default 30_000
 * @param what describes the awaited thing in the error
 * @throws Error on timeout; whatever `probe` throws, at once
 */
export async function waitFor<T>(
  probe: () => T | undefined | false,
  timeoutMs = 30_000,
  what: () => string = () => 'the awaited result',
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadlineMs) throw new Error(`${what()} did not come within ${timeoutMs} ms`);
    await wait(INTERVAL_MS);
  }
}
