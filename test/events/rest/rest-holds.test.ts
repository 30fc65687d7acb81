import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeRequest } from '../../../src/events/rest/request.ts';
import { RestHolds } from '../../../src/events/rest/rest-holds.ts';
import { monotonicNow } from '../../../src/time.ts';

const BASE = 'https://discord.test/api/v10';
const MINUTE_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const request = (method: string, path: string, headers: Record<string, string> = {}) =>
  describeRequest(BASE, `${BASE}${path}`, { method, headers });
const edit = (token = 'token') => request('PATCH', `/webhooks/123456789012345678/${token}/messages/%40original`);
const post = (channelId = '123456789012345678') =>
  request('POST', `/channels/${channelId}/messages`, { Authorization: 'Bot a.b.c' });
const callback = () => request('POST', '/interactions/123456789012345678/token/callback');

/** Waits until a request may be sent. */
function enter(holds: RestHolds, waiting: ReturnType<typeof edit>): void {
  for (let waitMs = holds.admit(waiting); waitMs > 0; waitMs = holds.admit(waiting)) vi.advanceTimersByTime(waitMs);
}

/** Sends a request when it may be sent, and refuses it. @returns how long all requests are then held back */
function refuse(holds: RestHolds, refused = edit()): number {
  enter(holds, refused);
  const { waitMs } = holds.block(refused, monotonicNow(), 0);
  holds.leave(refused);
  return waitMs;
}

/** Sends a request when it may be sent, and answers it. */
function answer(holds: RestHolds, answered = edit()): void {
  enter(holds, answered);
  holds.noteSuccess(answered, monotonicNow());
  holds.leave(answered);
}

describe('refusals without a usable wait', () => {
  it('hold requests back for 1 s, then twice as long each time, up to a minute, minus up to a fifth', () => {
    const holds = new RestHolds();
    const waits = Array.from({ length: 9 }, () => refuse(holds));
    for (const [index, seconds] of [1, 2, 4, 8, 16, 32, 60, 60, 60].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(800 * seconds);
      expect(waits[index]).toBeLessThanOrEqual(1_000 * seconds);
    }
    expect(new Set(waits.slice(6)).size).toBeGreaterThan(1);
  });

  it('hold every route back, except acknowledgements', () => {
    const holds = new RestHolds();
    refuse(holds);
    expect(holds.admit(post())).toBeGreaterThan(700);
    expect(holds.admit(request('GET', '/gateway/bot'))).toBeGreaterThan(700);
    expect(holds.admit(callback())).toBe(0);
  });

  it('count once for all requests that were under way, and not for acknowledgements in the meantime', () => {
    const holds = new RestHolds();
    const sentAtMs = monotonicNow();
    vi.advanceTimersByTime(100);
    expect(holds.block(edit('one'), sentAtMs, 0).isNew).toBe(true);
    for (const token of ['two', 'three']) expect(holds.block(edit(token), sentAtMs, 0).isNew).toBe(false);
    expect(holds.block(callback(), monotonicNow(), 0).isNew).toBe(false);
    expect(refuse(holds)).toBeLessThanOrEqual(2_000);
  });

  it('let one request of each route try, and the others after its success', () => {
    const holds = new RestHolds();
    vi.advanceTimersByTime(refuse(holds));
    const [first, second] = [edit('one'), edit('two')];
    expect(holds.admit(first)).toBe(0);
    expect(holds.admit(second)).toBeGreaterThan(0);
    expect(holds.admit(post())).toBe(0);
    holds.leave(second);
    expect(holds.admit(second)).toBeGreaterThan(0);
    holds.noteSuccess(first, monotonicNow());
    holds.leave(first);
    expect(holds.admit(second)).toBe(0);
    expect(holds.admit(edit('three'))).toBe(0);
  });

  it('start over when the refused route succeeds, not when another one does', () => {
    const holds = new RestHolds();
    for (let round = 0; round < 4; round += 1) refuse(holds);
    answer(holds, post());
    expect(refuse(holds)).toBeGreaterThan(10_000);
    answer(holds);
    expect(refuse(holds)).toBeLessThanOrEqual(1_000);
  });

  it('are not ended by the success of an earlier request', () => {
    const holds = new RestHolds();
    const sentAtMs = monotonicNow();
    vi.advanceTimersByTime(10);
    refuse(holds);
    holds.noteSuccess(edit(), sentAtMs);
    expect(refuse(holds)).toBeGreaterThan(1_500);
  });

  it('are forgotten after ten minutes without one', () => {
    const holds = new RestHolds();
    for (let round = 0; round < 6; round += 1) refuse(holds);
    vi.advanceTimersByTime(12 * MINUTE_MS);
    expect(refuse(holds)).toBeLessThanOrEqual(1_000);
  });

  it('refuse fewer than 300 of 700 jobs that wait for ten minutes', () => {
    const holds = new RestHolds();
    const jobs = Array.from({ length: 700 }, (_, index) => [edit(`token-${index}`), post(`1${index}`.padEnd(18, '0'))]);
    let sent = 0;
    for (let elapsedMs = 0; elapsedMs < 10 * MINUTE_MS; elapsedMs += 500) {
      const admitted = jobs.flat().filter((waiting) => holds.admit(waiting) === 0);
      // The first ones are all sent at once.
      if (elapsedMs > 0) sent += admitted.length;
      const sentAtMs = monotonicNow();
      vi.advanceTimersByTime(100);
      for (const refused of admitted) {
        holds.block(refused, sentAtMs, 0);
        holds.leave(refused);
      }
      vi.advanceTimersByTime(400);
    }
    expect(sent).toBeGreaterThan(5);
    expect(sent).toBeLessThan(300);
  });
});

describe('waits that Discord names', () => {
  it('hold back one route with its ids, or all requests with the bot’s token, and end', () => {
    const holds = new RestHolds();
    holds.holdRoute(edit('one'), 90_000);
    expect(holds.admit(edit('one'))).toBe(90_000);
    expect(holds.admit(edit('two'))).toBe(0);
    holds.holdBotToken(5_000);
    expect(holds.admit(post())).toBe(5_000);
    expect(holds.admit(edit('two'))).toBe(0);
    vi.advanceTimersByTime(5_000);
    expect(holds.admit(post())).toBe(0);
    vi.advanceTimersByTime(85_000);
    expect(holds.admit(edit('one'))).toBe(0);
  });
});
