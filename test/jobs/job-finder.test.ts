import { beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRecords } from '../../src/jobs/delivery-records.ts';
import { JobFinder } from '../../src/jobs/job-finder.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { OldJobs } from '../../src/jobs/upkeep/old-jobs.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { MIGRATIONS } from '../../src/storage/migrations/index.ts';
import { insertQueued, SILENT } from '../support/job-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

const guildId = '100000000000000009';
const requesterId = '100000000000000003';

let url: string;
let database: Database;
let store: JobStore;
let records: DeliveryRecords;
let finder: JobFinder;
const use = (opened: Database) => {
  database = opened;
  store = new JobStore(database, { log: SILENT });
  records = new DeliveryRecords(database, SILENT);
  finder = new JobFinder(database);
};
const idOf = async (messageId: string) => (await finder.byMessage(messageId))?.id;

beforeEach(async () => {
  url = await newUrl();
  use(await openForTest(url));
});

describe('JobFinder', () => {
  it('finds a job by each of its messages, also by those that showed it before', async () => {
    await insertQueued(store, 'a');
    await insertQueued(store, 'b');
    await records.setMessages({ id: 'a' }, ['1', '2']);
    await records.setMessages({ id: 'b' }, ['3']);
    await records.setMessages({ id: 'a' }, ['4', '2']);
    expect(await Promise.all(['1', '2', '3', '4', '5'].map(idOf))).toEqual(['a', 'a', 'b', 'a', undefined]);
  });

  it('finds a job by the messages with further images', async () => {
    await insertQueued(store, 'a');
    const facts = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 2, imageUrls: [], imageFiles: [] };
    await store.transition('a', 'queued', { name: 'submitting', submittingAtMs: 1 });
    await store.transition('a', 'submitting', { name: 'rendered', ...facts });
    const job = await store.transition('a', 'rendered', { name: 'delivering', ...facts });
    if (!job) throw new Error('it was rendered');
    const uploads = { messageBytes: 1_000, inFurtherMessages: [2] };
    await records.setUploads(job, uploads, { messageIds: ['1', '2'] });
    await store.transition('a', 'delivering', { name: 'delivered', ...facts });
    await records.setUploads(job, uploads, { messageIds: ['3'] });
    expect(await Promise.all(['1', '2', '3'].map(idOf))).toEqual(['a', 'a', undefined]);
  });

  it('forgets the messages of a removed job', async () => {
    await insertQueued(store, 'a');
    await records.setMessages({ id: 'a' }, ['1', '2']);
    const job = await store.transition('a', 'queued', { name: 'cancelled', cancelledBy: requesterId });
    if (!job) throw new Error('it was queued');
    await store.close(job);
    await new OldJobs(database).eraseGuild(guildId, 10);
    expect(await database.db.selectFrom('job_messages').selectAll().execute()).toEqual([]);
  });

  it('stores no messages of a job that another process has', async () => {
    await insertQueued(store, 'a');
    await database.db
      .updateTable('jobs')
      .set({ claimed_by: database.processId + 1 })
      .execute();
    await records.setMessages({ id: 'a' }, ['1']);
    expect(await idOf('1')).toBeUndefined();
  });

  it('finds jobs of earlier releases by their messages', async () => {
    await database.close();
    url = await newUrl();
    use(await openDatabase(url, { migrations: MIGRATIONS.slice(0, 5) }));
    // Columns that later migrations add.
    const { style, lowered, thumbnail_url, starred_at, shared_at, deleted_at, ...row } = jobRow('a', {
      message_ids: '["1","2"]',
    });
    await database.db
      .insertInto('jobs')
      .values([row, { ...row, id: 'b', interaction_id: 'b', message_ids: '[]' }])
      .execute();
    await database.close();
    use(await openForTest(url));
    expect(await database.db.selectFrom('job_messages').selectAll().orderBy('message_id').execute()).toEqual([
      { message_id: '1', job_id: 'a' },
      { message_id: '2', job_id: 'a' },
    ]);
  });

  it('lists the messages of public images of a member since a moment', async () => {
    const messages = { message_ids: '["1","2"]', state: 'delivered', requester_id: requesterId, guild_id: guildId };
    const rows: Parameters<typeof jobRow>[1][] = [
      { ended_at: 100 },
      { ended_at: null, message_ids: '["3"]', channel_id: '7' },
      { ended_at: 99 },
      { ended_at: 50, shared_at: 100, message_ids: '["4"]' },
      { ended_at: 100, is_private: 1 },
      { ended_at: 100, state: 'failed' },
      { ended_at: 100, requester_id: 'other' },
      { ended_at: 100, guild_id: 'other' },
      { ended_at: 100, guild_id: null },
    ];
    for (const [index, row] of rows.entries())
      await database.db
        .insertInto('jobs')
        .values(jobRow(`job${index}`, { ...messages, channel_id: '6', ...row }))
        .execute();
    expect(await finder.imageMessages(guildId, requesterId, 100)).toEqual([
      { jobId: 'job3', channelId: '6', messageId: '4' },
      { jobId: 'job1', channelId: '7', messageId: '3' },
      { jobId: 'job0', channelId: '6', messageId: '1' },
      { jobId: 'job0', channelId: '6', messageId: '2' },
    ]);
  });

  it('lists the latest jobs of a member in a server', async () => {
    for (const id of ['a', 'b', 'c']) await insertQueued(store, id);
    await insertQueued(store, 'd', { guildId: '100000000000000008' });
    await insertQueued(store, 'e', { requesterId: '100000000000000002' });
    const jobs = await finder.latestOf(guildId, requesterId, 2);
    expect(jobs.map(({ id }) => id)).toEqual(['c', 'b']);
  });

  it('lists the unfinished jobs of a server, of a member, or of both, and says which of them another process has', async () => {
    const elsewhere = { guildId: '100000000000000008' };
    for (const id of ['a', 'b', 'ended']) await insertQueued(store, id);
    await insertQueued(store, 'c', { requesterId: '100000000000000002' });
    await insertQueued(store, 'd', elsewhere);
    await store.transition('ended', 'queued', { name: 'cancelled', cancelledBy: requesterId });
    await database.db
      .updateTable('jobs')
      .set({ claimed_by: database.processId + 1 })
      .where('id', '=', 'b')
      .execute();
    const found = async (whose: Parameters<JobFinder['unfinished']>[0]) =>
      (await finder.unfinished(whose)).map(({ job, isElsewhere }) => `${job.id}${isElsewhere ? ' elsewhere' : ''}`);
    expect(await found({ guildId })).toEqual(['a', 'b elsewhere', 'c']);
    expect(await found({ memberId: requesterId })).toEqual(['a', 'b elsewhere', 'd']);
    expect(await found({ guildId, memberId: requesterId })).toEqual(['a', 'b elsewhere']);
    expect(await found({ ...elsewhere, memberId: '100000000000000002' })).toEqual([]);
  });
});
