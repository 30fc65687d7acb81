import { setTimeout as wait } from 'node:timers/promises';

const INTERVAL_MS = 5;

/**
 * Asks `probe` until it answers with something.
 * @param timeoutMs default 30_000
 * @param what said in the error
 * @throws Error when the time is over; whatever `probe` throws, at once
 */
export async function waitFor<T>(
  probe: () => T | undefined | false,
  timeoutMs = 30_000,
  what: () => string = () => 'what was waited for',
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadlineMs) throw new Error(`${what()} did not come within ${timeoutMs} ms`);
    await wait(INTERVAL_MS);
  }
}
