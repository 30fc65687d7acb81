import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InMemoryWindow } from '../../../src/jobs/permits/window.ts';
import type { Database } from '../../../src/storage/database.ts';
import { sql } from '../../../src/storage/kysely.ts';
import { newUrl, openForTest } from '../../support/storage/fixtures.ts';

const HOUR_MS = 3_600_000;
const WINDOW_MS = 60_250;
const LONGEST_POST_MS = 660_000;
const N = 3;

let database: Database;
let window: InMemoryWindow;

const pass = (ms: number) => vi.advanceTimersByTime(ms);
const step = (ms: number) => vi.setSystemTime(Date.now() + ms);
const waitMs = () => window.waitMs(database.db, N);
const postAndSettle = (...ids: number[]) => {
  for (const id of ids) {
    window.onBegun(id);
    window.onSettled(id);
  }
};
/** Records as an earlier process has left them. */
const insert = (ids: number[], agoMs: { sent: number; settled?: number }) =>
  database.db
    .insertInto('posts')
    .values(
      ids.map((id) => ({
        id,
        job_id: String(id),
        sent_at: Date.now() - agoMs.sent,
        settled_at: agoMs.settled === undefined ? null : Date.now() - agoMs.settled,
        outcome: null,
      })),
    )
    .execute();

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.UTC(2026, 10, 22) });
  vi.advanceTimersByTime(1_000);
  const opened = await openForTest(await newUrl());
  database = { ...opened, clock: () => sql<number>`cast(${Date.now()} as bigint)` };
  window = new InMemoryWindow();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the window of a single process', () => {
  it('has room for N POSTs, and for one more as each leaves after 60.25 s', async () => {
    for (const id of [1, 2, 3]) {
      expect(await waitMs()).toBe(0);
      postAndSettle(id);
      pass(1_000);
    }
    expect(await waitMs()).toBe(WINDOW_MS - 3_000);
    pass(WINDOW_MS - 3_001);
    expect(await waitMs()).toBe(1);
    pass(1);
    expect(await waitMs()).toBe(0);
    postAndSettle(4);
    expect(await waitMs()).toBe(1_000);
  });

  it('counts a POST while it is under way, for 11 minutes at most, and not one that was withdrawn', async () => {
    for (const id of [1, 2, 3]) window.onBegun(id);
    expect(await waitMs()).toBe(1_000);
    window.onWithdrawn(3);
    expect(await waitMs()).toBe(0);
    window.onBegun(3);
    pass(LONGEST_POST_MS - 1);
    expect(await waitMs()).toBe(1_000);
    pass(1);
    expect(await waitMs()).toBe(0);
  });

  it('counts a POST from when it first settled, however often storing that is retried', async () => {
    postAndSettle(1, 2, 3);
    pass(30_000);
    window.onSettled(3);
    expect(await waitMs()).toBe(WINDOW_MS - 30_000);
    pass(WINDOW_MS - 30_000);
    postAndSettle(4, 5);
    expect(await waitMs()).toBe(0);
  });

  it.each([-HOUR_MS, -120_000, -61_000, 61_000, 120_000, HOUR_MS])(
    'neither opens nor stays full when the wall clock is set by %i ms',
    async (stepMs) => {
      postAndSettle(1, 2);
      step(stepMs);
      window.onBegun(3);
      expect(await waitMs()).toBe(WINDOW_MS);
      step(-stepMs);
      window.onSettled(3);
      pass(WINDOW_MS - 1);
      step(stepMs);
      expect(await waitMs()).toBe(1);
      pass(1);
      expect(await waitMs()).toBe(0);
    },
  );

  it('counts the POSTs of an earlier process, those without an outcome as settled now', async () => {
    await insert([1], { sent: 50_000, settled: 40_000 });
    await insert([2], { sent: 90_000, settled: WINDOW_MS });
    await insert([3, 4], { sent: 200_000 });
    pass(0);
    await window.load(database);
    expect(await waitMs()).toBe(WINDOW_MS - 40_000);
    pass(WINDOW_MS - 40_000);
    expect(await waitMs()).toBe(0);
    postAndSettle(5);
    expect(await waitMs()).toBe(40_000);
  });

  it('does not count POSTs without an outcome anew at each start', async () => {
    await insert([1, 2, 3], { sent: LONGEST_POST_MS });
    await window.load(database);
    expect(await waitMs()).toBe(0);
  });

  it('treats POSTs of an earlier process as just settled if the clock was set back since', async () => {
    await insert([1, 2], { sent: 0, settled: 0 });
    await insert([3], { sent: 0 });
    step(-HOUR_MS);
    await window.load(database);
    expect(await waitMs()).toBe(WINDOW_MS);
    pass(WINDOW_MS);
    expect(await waitMs()).toBe(0);
  });
});
