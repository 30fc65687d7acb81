import { beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRecords } from '../../src/jobs/delivery-records.ts';
import { JobFinder } from '../../src/jobs/job-finder.ts';
import { JobStore } from '../../src/jobs/store.ts';
import type { Database } from '../../src/storage/database.ts';
import { insertQueued, makeJob, makeJobIn, recordedLog, SILENT } from '../support/job-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const request = { id: '0000000000001' };

let database: Database;
let store: JobStore;
let records: DeliveryRecords;

beforeEach(async () => {
  database = await openForTest(await newUrl());
  store = new JobStore(database, { log: SILENT });
  records = new DeliveryRecords(database, SILENT);
  await insertQueued(store, request.id);
});

describe('DeliveryRecords', () => {
  it('stores what was uploaded, only while the job is being delivered', async () => {
    const facts = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 2, imageUrls: ['a', 'b'], imageFiles: [] };
    await store.transition(request.id, 'queued', { name: 'submitting', submittingAtMs: 1 });
    await store.transition(request.id, 'submitting', { name: 'rendered', ...facts });
    const job = await store.transition(request.id, 'rendered', { name: 'delivering', ...facts });
    const uploads = { messageBytes: 1_000, inFurtherMessages: [2] };
    if (!job) throw new Error('it was rendered');
    await records.setUploads(job, uploads, { messageIds: ['1', '2'], thumbnailUrl: 'https://cdn.test/1' });
    const state = { name: 'delivering', ...facts, uploads };
    const shown = { messageIds: ['1', '2'], thumbnailUrl: 'https://cdn.test/1' };
    expect(await store.get(request.id)).toMatchObject({ ...shown, state });
    const delivered = await store.transition(request.id, 'delivering', { name: 'delivered', ...facts });
    await records.setUploads(job, uploads, { messageIds: ['3'] });
    expect(await store.get(request.id)).toEqual(delivered);
  });

  it('keeps no messages of a server’s job that stand in direct messages, but is found by them', async () => {
    const facts = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 1, imageUrls: ['a'], imageFiles: [] };
    await store.transition(request.id, 'queued', { name: 'submitting', submittingAtMs: 1 });
    const failed = { name: 'failed', failure: { kind: 'undeliverable' }, rendered: facts } as const;
    await store.transition(request.id, 'submitting', { name: 'rendered', ...facts });
    await store.transition(request.id, 'rendered', failed);
    const target = { interactionToken: 'b', receivedAtMs: 5, channelId: '77', attachmentSizeLimit: 1, isOutside: true };
    const job = await store.reopen(makeJobIn(failed, { id: request.id }), target);
    expect(job?.state).toMatchObject({ name: 'delivering', isOutside: true });
    if (!job) throw new Error('it had failed');
    await records.setUploads(job, { messageBytes: 1, inFurtherMessages: [] }, { messageIds: ['1'], areOutside: true });
    expect(await store.get(request.id)).toMatchObject({ messageIds: [] });
    expect(await new JobFinder(database).byMessage('1')).toMatchObject({ id: request.id });
  });

  it('stores messages and refused routes', async () => {
    await records.setMessages(request, ['1', '2']);
    await records.setRefusedRoutes(request, ['reply']);
    expect(await store.get(request.id)).toMatchObject({ messageIds: ['1', '2'], refusedRoutes: ['reply'] });
  });

  it('logs what can’t be stored, and lets the delivery go on', async () => {
    const { log, lines } = recordedLog();
    const failing = new DeliveryRecords(database, log);
    await failing.setUploads(makeJob(request), { messageBytes: 1, inFurtherMessages: [] }, { messageIds: ['1'] });
    expect(lines.map(({ msg }) => msg)).toEqual(['job detail not stored']);
  });
});
