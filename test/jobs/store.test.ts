import { beforeEach, describe, expect, it } from 'vitest';
import { hasEnded, type Job, type JobRequest, type JobState } from '../../src/jobs/job.ts';
import { SubmitHoldStore } from '../../src/jobs/permits/hold.ts';
import { SubmitLedger } from '../../src/jobs/permits/ledger.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { JobLost, JobRefused } from '../../src/jobs/store-errors.ts';
import type { Database } from '../../src/storage/database.ts';
import { makeJob, makeJobIn, SILENT } from '../support/job-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const request: JobRequest = {
  id: '0000000000001',
  interactionId: '100000000000000001',
  applicationId: '100000000000000002',
  interactionToken: 'token',
  receivedAtMs: 5,
  requesterId: '100000000000000003',
  guildId: '100000000000000009',
  channelId: '100000000000000004',
  locale: 'en-US',
  isPrivate: true,
  attachmentSizeLimit: 10_485_760,
  parameters: {
    prompt: 'a red rose',
    samples: 1,
    scheduler: 'DPM2 Karras',
    steps: 30,
    guidanceScale: 7.5,
    seed: 999_999_999_999_999,
    width: 1024,
    height: 1024,
  },
  style: { name: 'Noir', prompt: 'film noir', parameters: { steps: 40 } },
  lowered: [{ name: 'steps', wanted: '40' }],
  forced: { spoilers: true, negativePrompt: 'gore' },
  origin: { button: 'reroll', jobId: '0000000000002', repeatsImage: true },
};
const other = (number: number, change: Partial<JobRequest> = {}): JobRequest => ({
  ...request,
  id: String(number).padStart(13, '0'),
  interactionId: String(100_000_000_000_000_000n + BigInt(number)),
  ...change,
});
const cancelled: JobState = { name: 'cancelled', cancelledBy: request.requesterId };
const submit = async (id: string, onStep?: (job: Job, from: string) => void) => {
  const holds = new SubmitHoldStore(database, { log: SILENT, signal: new AbortController().signal });
  const queued = makeJobIn({ name: 'queued', queuedAtMs: 0, isFirst: false, hasRetried: false }, { id });
  const hold = await holds.load();
  const limits = { requestsPerMinute: 60, maxInFlightElsewhere: 60, isTrial: false, getHold: () => hold };
  return new SubmitLedger(database, holds, onStep).grant(queued, limits);
};

let url: string;
let database: Database;
let store: JobStore;
const reopen = async () => {
  await database.close();
  database = await openForTest(url);
  store = new JobStore(database, { log: SILENT });
};

beforeEach(async () => {
  url = await newUrl();
  database = await openForTest(url);
  store = new JobStore(database, { log: SILENT });
});

describe('JobStore', () => {
  const { guildId, style, lowered, origin, ...least } = request;
  it.each([
    ['everything', request],
    ['only what every job has', { ...least, isPrivate: false, forced: { spoilers: false } }],
    ['empty lists and objects', { ...request, lowered: [], style: { name: 'Noir', prompt: 'noir', parameters: {} } }],
  ])('returns a job with %s as it was stored, also after a restart', async (_, its) => {
    const job = await store.insert(its);
    expect(job).toMatchObject({ ...its, messageIds: [], refusedRoutes: [] });
    await reopen();
    expect(await store.get(request.id)).toStrictEqual(job);
  });

  it('stores one job for an interaction', async () => {
    await store.insert(request);
    expect(await store.insert(other(2, { interactionId: request.interactionId }))).toBeUndefined();
    expect(await store.get('0000000000002')).toBeUndefined();
  });

  it('lets one of two callers change a state', async () => {
    await store.insert(request);
    const [entry, ended] = await Promise.all([submit(request.id), store.transition(request.id, 'queued', cancelled)]);
    const granted = entry.name === 'granted' ? entry.job : undefined;
    expect([granted, ended]).toContain(undefined);
    expect(await store.get(request.id)).toEqual(granted ?? ended);
    expect(await submit(request.id)).toEqual({ name: 'lost' });
  });

  it('stores a job and what belongs to it, or neither', async () => {
    const note = { guild_id: '1', noticed_at: 1 };
    const broken = new Error('no room for this');
    await expect(
      store.insert(request, async (db) => {
        await db.insertInto('departed_guilds').values(note).execute();
        throw broken;
      }),
    ).rejects.toBe(broken);
    expect(await store.get(request.id)).toBeUndefined();
    expect(await database.db.selectFrom('departed_guilds').selectAll().execute()).toEqual([]);
    await store.insert(request, async (db) => {
      await db.insertInto('departed_guilds').values(note).execute();
    });
    expect(await database.db.selectFrom('departed_guilds').selectAll().execute()).toHaveLength(1);
  });

  it('reports every end once, with its cost', async () => {
    const ended: Job[] = [];
    store = new JobStore(database, {
      log: SILENT,
      onStep: (job) => {
        if (hasEnded(job.state)) ended.push(job);
      },
    });
    await store.insert(other(1));
    await store.insert(other(2));
    await store.transition(other(1).id, 'queued', cancelled);
    await store.transition(other(1).id, 'queued', cancelled);
    await submit(other(2).id);
    const facts = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 1, imageUrls: [], imageFiles: [], costUsd: 0.25 };
    await store.transition(other(2).id, 'submitting', { name: 'rendered', ...facts });
    expect(ended.map(({ id }) => id)).toEqual([other(1).id]);
    await store.transition(other(2).id, 'rendered', { name: 'failed', failure: { kind: 'undeliverable' } });
    expect(ended[1]).toMatchObject({ id: other(2).id, costUsd: 0.25, state: { name: 'failed' } });
    expect((await store.latestPaid(5)).map(({ id }) => id)).toEqual([other(2).id]);
    await database.db.updateTable('jobs').set({ details: '{}' }).execute();
    expect(await store.latestPaid(5)).toEqual([]);
  });

  it('reports every stored change, with the state before', async () => {
    const steps: string[] = [];
    const note = ({ state }: Job, from: string) => steps.push(`${from} ${state.name}`);
    store = new JobStore(database, { log: SILENT, onStep: note });
    await store.insert(request);
    await submit(request.id, note);
    await submit(request.id, note);
    const submitted = { name: 'submitted', requestId: 'r', submittedAtMs: 1, isOverdue: false } as const;
    await store.transition(request.id, 'submitting', { ...submitted, phase: 'QUEUED' });
    await store.transition(request.id, 'submitted', { ...submitted, phase: 'PROCESSING' });
    await store.transition(request.id, 'queued', cancelled);
    expect(steps).toEqual(['queued submitting', 'submitting submitted', 'submitted submitted']);
  });

  it('moves a job, or throws JobLost', async () => {
    const { signal } = new AbortController();
    const job = await store.insert(request);
    if (!job) throw new Error('not inserted');
    expect(await store.move(job, { name: 'cancelled', cancelledBy: '1' }, signal)).toMatchObject({
      id: job.id,
      state: { name: 'cancelled', cancelledBy: '1' },
    });
    await expect(store.move(job, { name: 'cancelled', cancelledBy: '2' }, signal)).rejects.toThrow(JobLost);
    await expect(store.move({ ...job, id: 'nobody' }, { name: 'cancelled', cancelledBy: '2' }, signal)).rejects.toThrow(
      JobLost,
    );
  });

  it('stores nothing of a job when what belongs to it is refused', async () => {
    const refuse = async (db: Database['db']) => {
      await db.insertInto('departed_guilds').values({ guild_id: '1', noticed_at: 1 }).execute();
      return { name: 'too expensive' };
    };
    const refused = store.insert(request, refuse);
    await expect(refused).rejects.toThrow(JobRefused);
    await expect(refused).rejects.toMatchObject({ reason: { name: 'too expensive' } });
    expect(await store.get(request.id)).toBeUndefined();
    expect(await database.db.selectFrom('departed_guilds').selectAll().execute()).toEqual([]);
    expect(await store.insert(request)).toMatchObject({ id: request.id });
  });

  it('refuses a change that NEXT_STATES does not allow', async () => {
    await store.insert(request);
    await expect(store.transition(request.id, 'submitted', cancelled)).rejects.toThrow("can't go");
  });

  it('drops the interaction token when the job is closed', async () => {
    await store.insert(request);
    await store.transition(request.id, 'queued', cancelled);
    const closed = await store.close(makeJob({ ...request, state: cancelled }));
    expect(closed).toMatchObject({ interactionToken: '', endedAtMs: expect.any(Number) });
    expect(await store.get(request.id)).toMatchObject({ interactionToken: '', endedAtMs: closed.endedAtMs });
  });

  it('reopens a job outside its server where it was outside, unless it is fetched in the server', async () => {
    await store.insert(request);
    const facts = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 1, imageUrls: ['a'], imageFiles: [] };
    const failed = { name: 'failed', failure: { kind: 'undeliverable' }, rendered: facts } as const;
    await store.transition(request.id, 'queued', { name: 'submitting', submittingAtMs: 1 });
    await store.transition(request.id, 'submitting', { name: 'rendered', ...facts });
    await store.transition(request.id, 'rendered', failed);
    const target = { interactionToken: 'b', receivedAtMs: 5, channelId: '77', attachmentSizeLimit: 1, isOutside: true };
    const job = await store.reopen(makeJobIn(failed, { id: request.id }), target);
    expect(job?.state).toMatchObject({ name: 'delivering', isOutside: true });
    const again = { ...failed, rendered: { ...facts, isOutside: true } };
    await store.transition(request.id, 'delivering', again);
    const failedAgain = makeJobIn(again, { id: request.id });
    const resumed = await store.reopen(failedAgain);
    expect(resumed?.state).toMatchObject({ isOutside: true });
    await store.transition(request.id, 'delivering', again);
    const fetched = await store.reopen(failedAgain, { ...target, isOutside: false });
    expect(fetched?.state).not.toHaveProperty('isOutside');
  });
});
