import { beforeEach, describe, expect, it } from 'vitest';
import { utcDay } from '../../src/settings/calendar.ts';
import { Usage } from '../../src/settings/usage.ts';
import { UsageCache } from '../../src/settings/usage-cache.ts';
import { DIRECT_MESSAGES, UsageStore } from '../../src/settings/usage-store.ts';
import type { Database } from '../../src/storage/database.ts';
import { GUILD_ID, MEMBER_ID, MIDNIGHT_MS, NOW_MS, OTHER_ID } from '../support/settings-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const DAY_MS = 24 * 3_600_000;
const job = (jobId: string, change: object = {}) => ({
  jobId,
  memberId: MEMBER_ID,
  images: 2,
  estimateUsd: 0.02,
  ...change,
});

let url: string;
let database: Database;
let store: UsageStore;

/** Reserves in memory and in the database, as an accepted request does. */
async function reserve(usage: Usage, atMs: number, request: ReturnType<typeof job>, guildId = GUILD_ID) {
  const reservation = usage.reserve(request, atMs);
  await database.write((db) => store.reserve(guildId, reservation, db));
}

beforeEach(async () => {
  url = await newUrl();
  database = await openForTest(url);
  store = new UsageStore(database);
});

describe('stored usage', () => {
  it('is the same as in memory, also after a restart', async () => {
    const usage = new Usage();
    await reserve(usage, NOW_MS - 3 * DAY_MS, job('old'));
    usage.replaceEstimate('old', 0.3);
    await store.replaceEstimate('old', 0.3);
    await reserve(usage, NOW_MS - 1, job('a'));
    await reserve(usage, NOW_MS, job('b', { memberId: OTHER_ID }));
    await reserve(usage, NOW_MS, job('c'));
    usage.replaceEstimate('a');
    await store.replaceEstimate('a');
    usage.releaseReservation('c');
    await store.releaseReservation('c');
    await database.close();
    const again = new Usage(await new UsageStore(await openForTest(url)).load(GUILD_ID, NOW_MS));
    for (const memberId of [MEMBER_ID, OTHER_ID])
      expect(again.of(memberId, NOW_MS)).toEqual(usage.of(memberId, NOW_MS));
    expect(again.of(MEMBER_ID, NOW_MS)).toMatchObject({ imagesToday: 2, lastAcceptedAtMs: NOW_MS, jobsUnderWay: 0 });
  });

  it('knows what the server that has spent most on a day has spent, direct messages aside', async () => {
    expect(await store.maxGuildSpending(utcDay(NOW_MS))).toBe(0);
    const spend = async (jobId: string, guildId: string, costUsd: number, change: object = {}, atMs = NOW_MS) => {
      await reserve(new Usage(), atMs, job(jobId, change), guildId);
      await store.replaceEstimate(jobId, costUsd);
    };
    await spend('a', GUILD_ID, 0.25);
    await spend('b', GUILD_ID, 0.5, { memberId: OTHER_ID });
    await spend('c', 'another server', 0.625);
    await spend('d', DIRECT_MESSAGES, 4);
    await spend('e', 'another server', 8, {}, NOW_MS - DAY_MS);
    await reserve(new Usage(), NOW_MS, job('under way', { estimateUsd: 16 }), 'a third server');
    expect(await store.maxGuildSpending(utcDay(NOW_MS))).toBe(0.75);
  });

  it('keeps a cooldown after midnight and after a restart', async () => {
    await reserve(new Usage(), MIDNIGHT_MS - 1, job('a'));
    const usage = new Usage(await store.load(GUILD_ID, MIDNIGHT_MS + 5));
    expect(usage.of(MEMBER_ID, MIDNIGHT_MS + 5)).toMatchObject({ imagesToday: 0, lastAcceptedAtMs: MIDNIGHT_MS - 1 });
  });

  it('is released once, on the day when it was reserved', async () => {
    const usage = new Usage();
    await reserve(usage, MIDNIGHT_MS - 1, job('a'));
    await reserve(usage, MIDNIGHT_MS, job('b', { images: 1 }));
    await store.releaseReservation('a');
    await store.releaseReservation('a');
    await store.replaceEstimate('a', 5);
    await store.replaceEstimate('b', 0.01);
    await store.replaceEstimate('b', 0.01);
    await store.releaseReservation('never heard of');
    expect(await store.month(GUILD_ID, '2026-11')).toEqual([
      { day: '2026-11-22', memberId: MEMBER_ID, images: 0, costUsd: 0 },
      { day: '2026-11-23', memberId: MEMBER_ID, images: 1, costUsd: 0.01 },
    ]);
  });

  it('is stored with the job or not at all', async () => {
    const usage = new Usage();
    const work = database.write(async (db) => {
      await store.reserve(GUILD_ID, usage.reserve(job('a'), NOW_MS), db);
      throw new Error('the job was not stored');
    });
    await expect(work).rejects.toThrow('the job was not stored');
    expect(await store.reservedJobs()).toEqual([]);
    expect(await store.month(GUILD_ID, '2026-11')).toEqual([]);
  });

  it('lists the jobs with a reservation, since one may have ended unnoticed', async () => {
    await reserve(new Usage(), NOW_MS, job('a'));
    await reserve(new Usage(), NOW_MS, job('b'), DIRECT_MESSAGES);
    expect(await store.reservedJobs()).toEqual([
      { jobId: 'a', guildId: GUILD_ID },
      { jobId: 'b', guildId: DIRECT_MESSAGES },
    ]);
  });

  it('keeps servers and direct messages apart', async () => {
    const here = new Usage();
    const direct = new Usage();
    await reserve(here, NOW_MS, job('a'));
    await reserve(direct, NOW_MS, job('b', { images: 1 }), DIRECT_MESSAGES);
    const load = async (guildId: string) => new Usage(await store.load(guildId, NOW_MS)).of(MEMBER_ID, NOW_MS);
    expect(await load(GUILD_ID)).toMatchObject({ imagesToday: 2, jobsUnderWay: 1 });
    expect(await load(DIRECT_MESSAGES)).toMatchObject({ imagesToday: 1, jobsUnderWay: 1 });
    expect(await load('another')).toMatchObject({ imagesToday: 0, jobsUnderWay: 0 });
  });

  it('has the time of a server’s latest accepted request', async () => {
    await reserve(new Usage(), NOW_MS, job('a', { memberId: OTHER_ID }));
    await reserve(new Usage(), NOW_MS - DAY_MS, job('b'));
    expect(await store.lastUse(GUILD_ID)).toBe(NOW_MS);
    expect(await store.lastUse(DIRECT_MESSAGES)).toBeUndefined();
  });

  it('is kept for 400 days, and removed in batches', async () => {
    const usage = new Usage();
    for (const days of [402, 401, 400, 0]) await reserve(usage, NOW_MS - days * DAY_MS, job(`${days} days ago`));
    expect(await store.removeOld(NOW_MS, 1)).toBe(1);
    expect(await store.removeOld(NOW_MS, 10)).toBe(1);
    expect(await store.removeOld(NOW_MS, 10)).toBe(0);
    expect(await database.db.selectFrom('usage_totals').select('day').orderBy('day').execute()).toEqual([
      { day: '2025-10-18' },
      { day: '2026-11-22' },
    ]);
  });

  it('is erased for one server', async () => {
    await reserve(new Usage(), NOW_MS, job('a'));
    await reserve(new Usage(), NOW_MS, job('b'), DIRECT_MESSAGES);
    expect(await store.eraseGuild(GUILD_ID, 10)).toBe(1);
    expect(await store.month(GUILD_ID, '2026-11')).toEqual([]);
    expect(await store.month(DIRECT_MESSAGES, '2026-11')).toHaveLength(1);
  });
});

describe('the usage cache', () => {
  it('reads a server once for concurrent calls', async () => {
    const book = new UsageCache(store);
    expect(book.get(GUILD_ID)).toBeUndefined();
    const [first, second] = await Promise.all([book.load(GUILD_ID), book.load(GUILD_ID)]);
    expect(second).toBe(first);
    expect(book.get(GUILD_ID)).toBe(first);
  });

  it('ends jobs of a server whose usage was not read yet', async () => {
    const nowMs = Date.now();
    const before = await new UsageCache(store).load(GUILD_ID);
    await reserve(before, nowMs, job('a'));
    await reserve(before, nowMs, job('b', { images: 1 }));
    const book = new UsageCache(store);
    await Promise.all([book.releaseReservation(GUILD_ID, 'a'), book.replaceEstimate(GUILD_ID, 'b', 0.5)]);
    expect(book.get(GUILD_ID)?.of(MEMBER_ID, nowMs)).toMatchObject({
      imagesToday: 1,
      jobsUnderWay: 0,
      today: { spentUsd: 0.5, reservedUsd: 0 },
    });
    expect(await store.reservedJobs()).toEqual([]);
  });

  it('reads again after the database failed', async () => {
    let failures = 1;
    const book = new UsageCache({
      load: async (guildId, nowMs) => {
        failures -= 1;
        if (failures >= 0) throw new Error('the disk is asleep');
        return store.load(guildId, nowMs);
      },
      loadEverywhere: (nowMs) => store.loadEverywhere(nowMs),
      releaseReservation: (jobId) => store.releaseReservation(jobId),
      replaceEstimate: (jobId, costUsd) => store.replaceEstimate(jobId, costUsd),
    });
    await expect(book.load(GUILD_ID)).rejects.toThrow('the disk is asleep');
    expect(book.get(GUILD_ID)).toBeUndefined();
    expect(await book.load(GUILD_ID)).toBe(book.get(GUILD_ID));
  });
});
