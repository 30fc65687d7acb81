import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DepartedGuilds } from '../../../src/jobs/upkeep/departed-guilds.ts';
import { DAY_MS, Retention } from '../../../src/jobs/upkeep/retention.ts';
import type { Database } from '../../../src/storage/database.ts';
import { recordedLog } from '../../support/job-fixtures.ts';
import { newUrl, openForTest } from '../../support/storage/fixtures.ts';

const HOUR_MS = 3_600_000;

let database: Database;
let retention: Retention;
let present: string[];
let left: number;
let sweeps: number;
/** How many sweeps there had been at each. */
let scrubs: number[];
let guildChecks: number;
let uses: Map<string, number>;
let erased: string[];
let logged: ReturnType<typeof recordedLog>;

const pass = async (ms: number) => {
  await vi.advanceTimersByTimeAsync(ms);
  await settled();
};
/** Waits until the missing servers are stored. */
async function firstCheck(): Promise<void> {
  const rows = () => database.db.selectFrom('departed_guilds').selectAll().execute();
  await vi.waitFor(async () => expect(await rows()).toHaveLength(1));
  await settled();
}
/** The database answers in real time. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  present = ['here'];
  [left, sweeps, guildChecks] = [0, 0, 0];
  scrubs = [];
  uses = new Map();
  erased = [];
  logged = recordedLog();
  database = await openForTest(await newUrl());
  retention = new Retention({
    departed: new DepartedGuilds(database),
    records: [
      {
        guildIds: async () => ['here', 'gone', 'foreign'],
        lastUse: async (guildId) => uses.get(guildId),
        async eraseGuild(guildId) {
          erased.push(guildId);
          return 1;
        },
      },
    ],
    removeOld: [
      async (limit) => {
        sweeps += 1;
        const removed = Math.min(left, limit);
        left -= removed;
        return removed;
      },
    ],
    scrub: async () => void scrubs.push(sweeps),
    log: logged.log,
    isOwn: (guildId) => guildId !== 'foreign',
    async listGuilds() {
      guildChecks += 1;
      return new Set(present);
    },
  });
});
afterEach(() => {
  retention.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('retention', () => {
  it('removes old rows at the start and every hour, in batches of 500 with pauses', async () => {
    left = 1_200;
    retention.start();
    await pass(0);
    expect([sweeps, left]).toEqual([1, 700]);
    await pass(49);
    expect(sweeps).toBe(1);
    await pass(1);
    await pass(50);
    expect([sweeps, left]).toEqual([3, 0]);
    await pass(HOUR_MS);
    expect(sweeps).toBe(4);
    // After each sweep, and its batches, what was removed is gone from the files as well.
    expect(scrubs).toEqual([3, 4]);
  });

  it.each([-DAY_MS, 0, DAY_MS])(
    'checks once a day for servers that are gone, also when the clock is set by %i ms',
    async (stepMs) => {
      retention.start();
      await settled();
      await firstCheck();
      vi.setSystemTime(Date.now() + stepMs);
      for (let hour = 1; hour < 24; hour += 1) await pass(HOUR_MS);
      expect(guildChecks).toBe(1);
      await pass(HOUR_MS);
      await vi.waitFor(() => expect(guildChecks).toBe(2));
    },
  );

  it('erases a server that has been gone for 30 days, unless it used the bot or belongs to another process', async () => {
    retention.start();
    await settled();
    await firstCheck();
    await settled();
    for (let day = 1; day <= 30; day += 1) await pass(DAY_MS);
    expect(erased).toEqual([]);
    uses.set('gone', Date.now());
    await pass(DAY_MS);
    await pass(DAY_MS);
    expect(erased).toEqual([]);
    uses.clear();
    await pass(DAY_MS);
    await vi.waitFor(() => expect(erased).toEqual(['gone']));
    expect(logged.lines.filter(({ level }) => level > 30)).toEqual([]);
  });

  it('leaves nothing scheduled when it stops in the middle, and logs nothing', async () => {
    left = 500;
    retention.start();
    await pass(0);
    retention.stop();
    expect(vi.getTimerCount()).toBe(0);
    await pass(HOUR_MS);
    expect(sweeps).toBe(1);
    expect(logged.lines).toEqual([]);
  });
});
