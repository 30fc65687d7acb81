import { sql } from 'kysely';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { rulesInTime } from '../../src/commands/invoker.ts';
import type { Log } from '../../src/log.ts';
import { Admission, type AdmissionRequest } from '../../src/settings/admission.ts';
import type { BudgetWarning } from '../../src/settings/budget-watch.ts';
import type { OperatorLimits } from '../../src/settings/ceilings.ts';
import { CostEstimate } from '../../src/settings/estimate.ts';
import { defaultRules } from '../../src/settings/rules.ts';
import type { Settings } from '../../src/settings/schema.ts';
import { SettingsStore } from '../../src/settings/store.ts';
import { UsageCache } from '../../src/settings/usage-cache.ts';
import { UsageStore } from '../../src/settings/usage-store.ts';
import type { Database } from '../../src/storage/database.ts';
import { recordedLog, SILENT } from '../support/job-fixtures.ts';
import {
  channel,
  GUILD_ID,
  MEMBER_ID,
  MODERATOR_ID,
  NO_CEILINGS,
  NO_OPERATOR_LIMITS,
  parseSettings,
  request,
} from '../support/settings-fixtures.ts';
import { newUrl, ON_POSTGRES, openForTest } from '../support/storage/fixtures.ts';

let database: Database;
let settings: SettingsStore;
let usageStore: UsageStore;
let admission: Admission;
let warnings: BudgetWarning[];

function createAdmission(over: Database, operatorLimits: Partial<OperatorLimits> = {}, log: Log = SILENT): Admission {
  settings = new SettingsStore(over);
  usageStore = new UsageStore(over);
  warnings = [];
  return new Admission({
    settings,
    cache: new UsageCache(usageStore, over),
    usageStore,
    costs: new CostEstimate(),
    operatorLimits: { ...NO_OPERATOR_LIMITS, ...operatorLimits },
    directMessageImagesPerDay: 2,
    onBudgetWarning: (_, warning) => warnings.push(warning),
    log,
  });
}

/** As at the start of a process. */
function open(operatorLimits?: Partial<OperatorLimits>): void {
  admission = createAdmission(database, operatorLimits);
}

const { estimateUsd: _, ...generation } = request;
const asked = (jobId: string, change: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  jobId,
  member: { id: MEMBER_ID, roleIds: [] },
  channel,
  request: generation,
  ...change,
});
const set = (given: object) => settings.change(GUILD_ID, MODERATOR_ID, (): Settings => parseSettings(given));

const makeReady = async (guildId: string | undefined) => admission.open(guildId, await admission.loadRules(guildId));

/** Decides and reserves, as for a command. @returns the reservation, or the refusal */
async function press(jobId: string, guildId: string | undefined = GUILD_ID, change: Partial<AdmissionRequest> = {}) {
  return pressAt({ admission, database }, jobId, guildId, change);
}

/** @param process an Admission with its database */
async function pressAt(
  process: { readonly admission: Admission; readonly database: Database },
  jobId: string,
  guildId: string | undefined,
  change: Partial<AdmissionRequest> = {},
) {
  const ask = await process.admission.open(guildId, await process.admission.loadRules(guildId));
  const answer = ask?.(asked(jobId, change));
  if (!answer?.allowed) return answer?.reason.name;
  const reserved = answer.reserve();
  const refusal = await process.database.writeExclusively('request', reserved.store);
  if (!refusal) return reserved;
  await reserved.undo();
  return `${refusal.name} in the transaction`;
}

beforeEach(async () => {
  database = await openForTest(await newUrl());
  open();
});

describe('Admission', () => {
  it('allows exactly as many of many simultaneous requests as the limit', async () => {
    await set({ limits: { everyone: { imagesPerDay: 3, jobsAtOnce: -1 } } });
    const presses = await Promise.all(Array.from({ length: 50 }, (_each, index) => press(`job ${index}`)));
    expect(presses.filter((one) => typeof one === 'object')).toHaveLength(3);
    expect(presses.filter((one) => one === 'images_per_day')).toHaveLength(47);
  });

  it('applies a change of settings to requests that were prepared before it', async () => {
    const ask = await makeReady(GUILD_ID);
    await set({ pause: { reason: 'lunch', byId: MODERATOR_ID, atMs: 1 } });
    expect(ask?.(asked('a')).allowed).toBe(true);
    expect(await press('a')).toBe('paused');
  });

  it('undoes the reservation and the cooldown of a job that was not accepted after all, also after a restart', async () => {
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

  it('counts what was charged and releases what was not, once each', async () => {
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

  it('records, at the start, the charges that an earlier process did not, except of unfinished jobs', async () => {
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

  it('warns once a day when 80 % of a budget are used, by reservations or by real costs', async () => {
    await set({ budget: { dayUsd: 1, monthUsd: 100 }, limits: { everyone: { jobsAtOnce: -1 } } });
    admission.recordCost(generation, 0.5);
    await press('a');
    admission.recordCost(generation, 0.2);
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

  it('allows a member one job at a time and so many images a day in direct messages, independent of others', async () => {
    const place = { channel: { placeIds: [], isComplete: true, isAgeRestricted: undefined } };
    const direct = (jobId: string, memberId = MEMBER_ID) =>
      makeReady(undefined).then(async (ask) => {
        const answer = ask?.(asked(jobId, { ...place, member: { id: memberId, roleIds: [] } }));
        if (!answer?.allowed) return answer?.reason.name;
        await database.writeExclusively('request', answer.reserve().store);
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

  it('makes no decision when the database does not answer within a second', async () => {
    let free = () => {};
    let held: Promise<void> | undefined;
    const isHeld = new Promise<void>((begun) => {
      held = database.write(async (db) => {
        // SQLite has one connection; with Postgres, another program has to lock the tables.
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
    expect(await admission.open(GUILD_ID, { ...defaultRules, ceilings: NO_CEILINGS })).toBeUndefined();
    free();
    await held;
    expect(await makeReady(GUILD_ID)).toBeDefined();
  });
});

describe("the operator's budgets", () => {
  const OTHER_GUILD_ID = '400000000000000002';
  const NOON_MS = Date.UTC(2026, 10, 22, 12);
  const MIDNIGHT_MS = Date.UTC(2026, 10, 23);
  const isReserved = (outcome: unknown) => typeof outcome === 'object';
  const count = (outcomes: readonly unknown[], wanted: string) => outcomes.filter((one) => one === wanted).length;
  /** Without any limits of moderators; each request costs a cent. */
  async function lift(process = { admission, database }): Promise<void> {
    process.admission.recordCost(generation, 0.01);
    for (const guildId of [GUILD_ID, OTHER_GUILD_ID])
      await settings.change(guildId, MODERATOR_ID, () =>
        parseSettings({ limits: { everyone: { imagesPerDay: -1, jobsAtOnce: -1 } }, budget: { dayUsd: -1 } }),
      );
  }
  async function start(operatorLimits: Partial<OperatorLimits>): Promise<void> {
    open(operatorLimits);
    await lift();
  }
  const pressDirectly = (jobId: string) => pressAt({ admission, database }, jobId, undefined);
  function setClock(timeMs: number): void {
    vi.useFakeTimers({ toFake: ['Date'], now: timeMs });
    onTestFinished(() => void vi.useRealTimers());
  }

  it('allow exactly as many of fifty simultaneous requests as they pay for', async () => {
    await start({ guildDayUsd: 0.1 });
    const presses = await Promise.all(Array.from({ length: 50 }, (_, index) => press(`job ${index}`)));
    expect(presses.filter(isReserved)).toHaveLength(10);
    expect(count(presses, 'operator_guild_budget')).toBe(40);
    expect(isReserved(await press('elsewhere', OTHER_GUILD_ID))).toBe(true);
    expect(isReserved(await pressDirectly('direct'))).toBe(true);
  });

  it('allow exactly as many over two processes, which don’t know about each other', async () => {
    const limits = { dayUsd: 0.1 };
    // With SQLite, no other process shares the file: this uses two caches with one connection.
    const url = await newUrl();
    const shards = (id: number) => (ON_POSTGRES ? { shards: { count: 2, ids: [id] } } : {});
    const one = await openForTest(url, shards(0));
    const other = ON_POSTGRES ? await openForTest(url, shards(1)) : one;
    const processes = [];
    for (const over of [one, other]) {
      const process = { database: over, admission: createAdmission(over, limits) };
      await lift(process);
      processes.push(process);
    }
    const guildIds = [GUILD_ID, OTHER_GUILD_ID];
    const presses = await Promise.all(
      processes.flatMap((process, index) =>
        Array.from({ length: 25 }, (_, press) => pressAt(process, `job ${index} ${press}`, guildIds[index])),
      ),
    );
    expect(presses.filter(isReserved)).toHaveLength(10);
    expect(count(presses, 'operator_budget in the transaction')).toBeGreaterThanOrEqual(10);
    expect(await usageStore.reservedJobs()).toHaveLength(10);
  });

  it('hold after a restart: the cache refuses as before', async () => {
    await start({ dayUsd: 0.02 });
    await press('a');
    await press('b', OTHER_GUILD_ID);
    expect(await press('c')).toBe('operator_budget');
    await start({ dayUsd: 0.02 });
    expect(await press('d')).toBe('operator_budget');
    expect(await pressDirectly('e')).toBe('operator_budget');
    await admission.recordCharge({ jobId: 'a', guildId: GUILD_ID, isCharged: false });
    expect(isReserved(await press('f'))).toBe(true);
  });

  it('count a job on the day when it was accepted, however late its charge is recorded', async () => {
    setClock(MIDNIGHT_MS - 1_000);
    await start({ dayUsd: 0.02 });
    await press('a');
    await press('b');
    expect(await press('c')).toBe('operator_budget');
    setClock(MIDNIGHT_MS);
    expect(isReserved(await press('d'))).toBe(true);
    await admission.recordCharge({ jobId: 'a', guildId: GUILD_ID, isCharged: true, costUsd: 0.02 });
    expect(isReserved(await press('e'))).toBe(true);
    expect(await press('f')).toBe('operator_budget');
    await start({ dayUsd: 0.02 });
    expect(await press('g')).toBe('operator_budget');
    expect(admission.spendingEverywhere()).toEqual({ spentUsd: 0, reservedUsd: 0.02 });
  });

  it('are watched by what the server that has spent most has spent today', async () => {
    await start({});
    expect(await admission.maxGuildSpending()).toBe(0);
    await press('a');
    await admission.recordCharge({ jobId: 'a', guildId: GUILD_ID, isCharged: true, costUsd: 0.25 });
    expect(await admission.maxGuildSpending()).toBe(0.25);
    await database.close();
    expect(await admission.maxGuildSpending()).toBeUndefined();
  });

  it('count a request just before midnight on its day, although it is stored on the next', async () => {
    setClock(MIDNIGHT_MS - 1);
    await start({ dayUsd: 0.01 });
    const ask = await makeReady(GUILD_ID);
    const answer = ask?.(asked('late'));
    if (!answer?.allowed) throw new Error('It was refused.');
    const reserved = answer.reserve();
    await pressAt({ admission: createAdmission(database), database }, 'of another process', GUILD_ID);
    setClock(MIDNIGHT_MS + 1);
    const refusal = await database.writeExclusively('request', reserved.store);
    expect(refusal).toMatchObject({ name: 'operator_budget', opensAtMs: MIDNIGHT_MS });
    expect(isReserved(await press('today'))).toBe(true);
  });

  it('refuse in the transaction, with the time when they reset, and store nothing', async () => {
    setClock(NOON_MS);
    await start({ dayUsd: 0.01, guildDayUsd: 0.01 });
    const ask = await makeReady(GUILD_ID);
    const answer = ask?.(asked('late'));
    if (!answer?.allowed) throw new Error('It was refused.');
    await pressAt({ admission: createAdmission(database), database }, 'of another process', GUILD_ID);
    const refusal = await database.writeExclusively('request', answer.reserve().store);
    expect(refusal).toMatchObject({ name: 'operator_guild_budget', budgetUsd: 0.01, opensAtMs: MIDNIGHT_MS });
    expect(await usageStore.reservedJobs()).toEqual([{ jobId: 'of another process', guildId: GUILD_ID }]);
  });

  it('count what other processes use, after some seconds at the latest', async () => {
    const shared = { ...database, isShared: true };
    const process = { database: shared, admission: createAdmission(shared, { dayUsd: 0.02 }) };
    await lift(process);
    expect(isReserved(await pressAt(process, 'own', GUILD_ID))).toBe(true);
    open();
    admission.recordCost(generation, 0.01);
    await press('of another process', OTHER_GUILD_ID);
    expect(await pressAt(process, 'too early', GUILD_ID)).toBe('operator_budget in the transaction');
    const laterMs = performance.now() + 5_001;
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.advanceTimersByTime(laterMs);
    expect(await pressAt(process, 'later', GUILD_ID)).toBe('operator_budget');
  });

  it.each([
    ['none', 1, -1],
    ['a higher one', 1, 5],
    ['a lower one', 5, 1],
  ])('warn moderators about the budget that applies, when their own is %s', async (_, guildDayUsd, dayUsd) => {
    open({ guildDayUsd });
    await set({ budget: { dayUsd }, limits: { everyone: { jobsAtOnce: -1 } } });
    admission.recordCost(generation, 0.8);
    await press('a');
    expect(warnings).toEqual([{ period: 'day', usedUsd: 0.8, budgetUsd: 1 }]);
  });

  it('warn the operator at 80 % and when used up, once a day for each server', async () => {
    setClock(NOON_MS);
    const { log, lines } = recordedLog();
    admission = createAdmission(database, { dayUsd: 0.1, guildDayUsd: 0.05 }, log);
    await lift();
    for (let index = 0; index < 6; index += 1) {
      await press(`here ${index}`);
      await press(`there ${index}`, OTHER_GUILD_ID);
    }
    const said = lines.map((line) => [line.msg, ...['setting', 'guild'].map((key) => line[key as keyof typeof line])]);
    const guildBudget = 'GUILD_BUDGET_USD_PER_DAY';
    expect(said).toEqual([
      ['daily budget nearly reached', guildBudget, GUILD_ID],
      ['daily budget nearly reached', 'BUDGET_USD_PER_DAY', undefined],
      ['daily budget nearly reached', guildBudget, OTHER_GUILD_ID],
      ['daily budget reached', guildBudget, GUILD_ID],
      ['daily budget reached', 'BUDGET_USD_PER_DAY', undefined],
      ['daily budget reached', guildBudget, OTHER_GUILD_ID],
    ]);
    setClock(MIDNIGHT_MS);
    for (let index = 0; index < 5; index += 1) await press(`tomorrow ${index}`);
    expect(lines).toHaveLength(8);
  });

  it('warn the operator when a request no longer fits, but not about a request above the whole budget', async () => {
    const { log, lines } = recordedLog();
    admission = createAdmission(database, { dayUsd: 0.025 }, log);
    await lift();
    admission.noteRefusal(GUILD_ID, { name: 'operator_budget', budgetUsd: 0.025, usedUsd: 0, estimateUsd: 0.03 });
    expect(lines).toEqual([]);
    const facts = { budgetUsd: 0.025, usedUsd: 0.02, estimateUsd: 0.01, opensAtMs: MIDNIGHT_MS };
    for (let times = 0; times < 2; times += 1) admission.noteRefusal(GUILD_ID, { name: 'operator_budget', ...facts });
    expect(lines).toMatchObject([{ msg: 'daily budget reached', usedUsd: 0.02, budgetUsd: 0.025 }]);
  });
});
