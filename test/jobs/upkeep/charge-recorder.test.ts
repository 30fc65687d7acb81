import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job, JobState } from '../../../src/jobs/job.ts';
import { ChargeRecorder } from '../../../src/jobs/upkeep/charge-recorder.ts';
import { DatabaseBusy } from '../../../src/storage/errors.ts';
import { makeJob, recordedLog } from '../../support/job-fixtures.ts';

const delivered: JobState = {
  name: 'delivered',
  submittedAtMs: 1,
  renderedAtMs: 2,
  imageCount: 1,
  imageUrls: [],
  imageFiles: [],
};
const ended = (id: string) => makeJob({ id, state: delivered, costUsd: 0.02 });

let settlements: ChargeRecorder;
let settled: object[];
let costs: number[];
let stored: Map<string, Job | Error>;
let failures: Error[];
let logged: ReturnType<typeof recordedLog>;
/** The stored job of an earlier process. */
let find: (jobId: string) => Promise<unknown>;

beforeEach(() => {
  vi.useFakeTimers();
  settled = [];
  costs = [];
  failures = [];
  stored = new Map();
  logged = recordedLog();
  settlements = new ChargeRecorder({
    usage: {
      async recordCharge(settlement) {
        const failure = failures.shift();
        if (failure) throw failure;
        settled.push(settlement);
      },
      recordCost: (_, costUsd) => costs.push(costUsd),
      async recordMissedCharges(_, given) {
        find = given;
      },
    },
    store: {
      async get(id) {
        const job = stored.get(id);
        if (job instanceof Error) throw job;
        return job;
      },
      latestPaid: async () => [ended('a'), makeJob({ state: { name: 'unknown' }, costUsd: 1 })],
    },
    log: logged.log,
  });
});
afterEach(() => {
  settlements.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('recording what a job cost', () => {
  it('records an ended job with its cost', async () => {
    settlements.record(ended('a'));
    settlements.record(makeJob({ id: 'b' }), { wasAccepted: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toMatchObject([
      { jobId: 'a', isCharged: true, costUsd: 0.02, wasAccepted: true },
      { jobId: 'b', isCharged: false, wasAccepted: false },
    ]);
    expect(costs).toEqual([0.02]);
  });

  it('retries while the database is busy, and logs any other failure', async () => {
    failures = [new DatabaseBusy(), new DatabaseBusy()];
    settlements.record(ended('a'));
    await vi.advanceTimersByTimeAsync(1_499);
    expect(settled).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toHaveLength(1);
    failures = [new Error('no such table')];
    settlements.record(ended('b'));
    await vi.advanceTimersByTimeAsync(0);
    expect(logged.lines.at(-1)?.msg).toBe('charge not recorded');
  });

  it('leaves the rest to the next start when the process stops, without a listener warning', async () => {
    const warnings: unknown[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    failures = Array.from({ length: 12 }, () => new DatabaseBusy());
    for (let index = 0; index < 12; index += 1) settlements.record(ended(String(index)));
    await vi.advanceTimersByTimeAsync(1);
    settlements.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    vi.useFakeTimers();
    expect([settled, warnings]).toEqual([[], []]);
    expect(logged.lines.filter(({ msg }) => msg.includes('not settled'))).toEqual([]);
  });

  it('records, at the start, the jobs of an earlier process: ended, under way, unreadable or gone', async () => {
    await settlements.resume(() => true);
    expect(costs).toEqual([0.02]);
    stored.set('ended', ended('ended'));
    stored.set('queued', makeJob({ id: 'queued' }));
    stored.set('broken', new Error('unreadable'));
    expect(await find('ended')).toMatchObject({ jobId: 'ended', isCharged: true });
    expect(await Promise.all(['queued', 'broken', 'gone'].map(find))).toEqual(['under way', 'under way', undefined]);
    expect(logged.lines.map(({ msg }) => msg)).toEqual(['stored job unreadable']);
  });
});
