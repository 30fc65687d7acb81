import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { rulesInTime } from '../../src/commands/invoker.ts';
import { Admission, type AdmissionRequest, type BudgetWarning } from '../../src/settings/admission.ts';
import { CostEstimate } from '../../src/settings/estimate.ts';
import { defaultRules } from '../../src/settings/rules.ts';
import type { Settings } from '../../src/settings/schema.ts';
import { SettingsStore } from '../../src/settings/store.ts';
import { UsageCache } from '../../src/settings/usage-cache.ts';
import { UsageStore } from '../../src/settings/usage-store.ts';
import type { Database } from '../../src/storage/database.ts';
import { channel, GUILD_ID, MEMBER_ID, MODERATOR_ID, parseSettings, request } from '../support/settings-fixtures.ts';
import { newUrl, ON_POSTGRES, openForTest } from '../support/storage/fixtures.ts';

let database: Database;
let settings: SettingsStore;
let usageStore: UsageStore;
let admission: Admission;
let warnings: BudgetWarning[];

function open(): void {
  settings = new SettingsStore(database);
  usageStore = new UsageStore(database);
  warnings = [];
  admission = new Admission({
    settings,
    cache: new UsageCache(usageStore),
    usageStore,
    costs: new CostEstimate(),
    directMessageImagesPerDay: 2,
    onBudgetWarning: (_, warning) => warnings.push(warning),
  });
}

const { estimateUsd: _, ...wish } = request;
const asked = (jobId: string, change: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  jobId,
  member: { id: MEMBER_ID, roleIds: [] },
  channel,
  request: wish,
  ...change,
});
const set = (given: object) => settings.change(GUILD_ID, MODERATOR_ID, (): Settings => parseSettings(given));

const makeReady = async (guildId: string | undefined) => admission.open(guildId, await admission.loadRules(guildId));

/** Asks as a press does, and keeps what is reserved; the reason when it is refused. */
async function press(jobId: string, guildId: string | undefined = GUILD_ID, change: Partial<AdmissionRequest> = {}) {
  const ask = await makeReady(guildId);
  const answer = ask?.(asked(jobId, change));
  if (!answer?.allowed) return answer?.reason.name;
  const reserved = answer.reserve();
  await database.write(reserved.store);
  return reserved;
}

beforeEach(async () => {
  database = await openForTest(await newUrl());
  open();
});

describe('Admission', () => {
  it('lets as many of many presses at once through as the limit says', async () => {
    await set({ limits: { everyone: { imagesPerDay: 3, jobsAtOnce: -1 } } });
    const presses = await Promise.all(Array.from({ length: 50 }, (_each, index) => press(`job ${index}`)));
    expect(presses.filter((one) => typeof one === 'object')).toHaveLength(3);
    expect(presses.filter((one) => one === 'images_per_day')).toHaveLength(47);
  });

  it('holds a change of settings against a press that was made ready before it', async () => {
    const ask = await makeReady(GUILD_ID);
    await set({ pause: { reason: 'lunch', byId: MODERATOR_ID, atMs: 1 } });
    expect(ask?.(asked('a')).allowed).toBe(true);
    expect(await press('a')).toBe('paused');
  });

  it('gives back what was not accepted after all, cooldown included, also after a restart', async () => {
    await set({ limits: { everyone: { imagesPerDay: 1, cooldownSeconds: 60 } } });
    const reserved = await press('a');
    expect(await press('b')).toBe('cooldown');
    if (typeof reserved === 'object') await reserved.undo();
    open();
    expect(typeof (await press('c'))).toBe('object');
    open();
    expect(await press('d')).toBe('cooldown');
    await admission.recordCharge({ jobId: 'c', guildId: GUILD_ID, isCharged: false });
    open();
    expect(await press('d')).toBe('cooldown');
  });

  it('counts what was charged and gives back what was not, once each', async () => {
    await set({ limits: { everyone: { imagesPerDay: 2, jobsAtOnce: 2 } } });
    await press('a');
    await press('b');
    expect(await press('c')).toBe('jobs_at_once');
    await admission.recordCharge({ jobId: 'a', guildId: GUILD_ID, isCharged: false });
    await admission.recordCharge({ jobId: 'a', guildId: GUILD_ID, isCharged: false });
    await admission.recordCharge({ jobId: 'b', guildId: GUILD_ID, isCharged: true, costUsd: 0.5 });
    expect(typeof (await press('c'))).toBe('object');
    expect(await press('d')).toBe('images_per_day');
    const [row] = await usageStore.month(GUILD_ID, new Date().toISOString().slice(0, 7));
    expect(row).toMatchObject({ memberId: MEMBER_ID, images: 2, costUsd: 0.5 });
  });

  it('settles at the start what an earlier process left, but for what is still under way', async () => {
    await set({ limits: { everyone: { imagesPerDay: 3 } } });
    for (const id of ['gone', 'charged', 'under way']) await press(id);
    open();
    await admission.recordMissedCharges(
      () => true,
      async (jobId) => {
        if (jobId === 'gone') return undefined;
        return jobId === 'under way' ? jobId : { jobId, guildId: GUILD_ID, isCharged: true };
      },
    );
    expect(await usageStore.reservedJobs()).toEqual([{ jobId: 'under way', guildId: GUILD_ID }]);
    expect(typeof (await press('one more'))).toBe('object');
    expect(await press('too many')).toBe('images_per_day');
  });

  it('warns once a day when a budget is used up to 80 %, by what is reserved or by what it really cost', async () => {
    await set({ budget: { dayUsd: 1, monthUsd: 100 }, limits: { everyone: { jobsAtOnce: -1 } } });
    admission.recordCost(wish, 0.5);
    await press('a');
    admission.recordCost(wish, 0.2);
    await press('b');
    expect(warnings).toEqual([]);
    await admission.recordCharge({ jobId: 'b', guildId: GUILD_ID, isCharged: true, costUsd: 0.3 });
    expect(warnings).toEqual([{ period: 'day', usedUsd: 0.8, budgetUsd: 1 }]);
    const reserved = await press('c');
    if (typeof reserved === 'object') await reserved.undo();
    await press('d');
    expect(warnings).toHaveLength(1);
    expect(await press('e')).toBe('budget');
    await set({ budget: { dayUsd: 1.1 }, limits: { everyone: { jobsAtOnce: -1 } } });
    await admission.recordCharge({ jobId: 'a', guildId: GUILD_ID, isCharged: true, costUsd: 0.5 });
    expect(warnings[1]).toMatchObject({ period: 'day', budgetUsd: 1.1 });
  });

  it('allows a member one job at a time and so many images a day in direct messages, whoever else writes there', async () => {
    const place = { channel: { placeIds: [], isComplete: true, isAgeRestricted: undefined } };
    const direct = (jobId: string, memberId = MEMBER_ID) =>
      makeReady(undefined).then(async (ask) => {
        const answer = ask?.(asked(jobId, { ...place, member: { id: memberId, roleIds: [] } }));
        if (!answer?.allowed) return answer?.reason.name;
        await database.write(answer.reserve().store);
        return 'reserved';
      });
    expect(await direct('a')).toBe('reserved');
    expect(await direct('b')).toBe('jobs_at_once');
    expect(await direct('c', MODERATOR_ID)).toBe('reserved');
    await admission.recordCharge({ jobId: 'a', isCharged: true });
    expect(await direct('d')).toBe('reserved');
    await admission.recordCharge({ jobId: 'd', isCharged: true });
    expect(await direct('e')).toBe('images_per_day');
  });

  it('says nothing when the database does not answer within a second', async () => {
    let free = () => {};
    let held: Promise<void> | undefined;
    const isHeld = new Promise<void>((begun) => {
      held = database.write(async (db) => {
        // SQLite has one connection; elsewhere it takes a program that holds the tables.
        if (ON_POSTGRES) await sql`lock table guild_settings, usage_totals`.execute(db);
        else await db.selectFrom('circuit').selectAll().execute();
        begun();
        await new Promise<void>((resolve) => {
          free = resolve;
        });
      });
    });
    await isHeld;
    expect(await rulesInTime({ rules: admission.loadRules(GUILD_ID) })).toBeUndefined();
    expect(await admission.open(GUILD_ID, defaultRules)).toBeUndefined();
    free();
    await held;
    expect(await makeReady(GUILD_ID)).toBeDefined();
  });
});
