import { DiscordAPIError } from 'discord.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { retryForever } from '../../src/events/retry-forever.ts';

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const refusal = (status: number, method: string) =>
  new DiscordAPIError({ code: 50_001, message: 'No' }, 50_001, status, method, '/commands', { files: [], body: {} });

/** The reports and tries while `error` lasts for this many hours. */
async function failFor(hours: number, error: Error) {
  const pauses: number[] = [];
  const attempt = vi.fn(() => Promise.reject(error));
  const stop = new AbortController();
  const ended = retryForever(attempt, stop.signal, (_, pauseMs) => pauses.push(pauseMs)).catch(
    (reason: unknown) => reason,
  );
  await vi.advanceTimersByTimeAsync(hours * HOUR_MS);
  const reason = new Error('enough');
  stop.abort(reason);
  expect(await ended).toBe(reason);
  const attempts = attempt.mock.calls.length;
  await vi.advanceTimersByTimeAsync(10 * HOUR_MS);
  expect(attempt).toHaveBeenCalledTimes(attempts);
  return { pauses, attempts };
}

it.each([
  [403, 'GET'],
  [404, 'PUT'],
  [400, 'GET'],
])('retries hourly after a %i to a %s, and reports it once', async (status, method) => {
  expect(await failFor(24, refusal(status, method))).toEqual({ pauses: [HOUR_MS], attempts: 25 });
});

it.each([
  ['a broken connection', new Error('ECONNRESET')],
  ['a list that Discord does not take', refusal(400, 'PUT')],
  ['trouble', refusal(500, 'GET')],
])('retries %s for ever with growing pauses, and reports it as long as they grow', async (_, error) => {
  const { pauses, attempts } = await failFor(24, error);
  const growing = Array.from({ length: 11 }, (_, exponent) => 2_000 * 2 ** exponent);
  expect(pauses).toEqual([...growing, HOUR_MS]);
  expect(attempts).toBeGreaterThan(30);
});

it('resolves to the result of the first success', async () => {
  const attempt = vi.fn().mockRejectedValueOnce(new Error('no')).mockResolvedValueOnce('yes');
  const done = retryForever<string>(attempt, new AbortController().signal, () => {});
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await done).toBe('yes');
  expect(vi.getTimerCount()).toBe(0);
});
