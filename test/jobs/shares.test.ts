import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { JobFinder } from '../../src/jobs/job-finder.ts';
import { Shares } from '../../src/jobs/shares.ts';
import { JobStore } from '../../src/jobs/store.ts';
import type { Database } from '../../src/storage/database.ts';
import { DatabaseBusy } from '../../src/storage/errors.ts';
import { SILENT } from '../support/job-fixtures.ts';
import { deliveredRow } from '../support/storage/delivered-rows.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

let database: Database;
let shares: Shares;

const insert = (id: string, changes: Parameters<typeof deliveredRow>[1] = {}) =>
  database.db
    .insertInto('jobs')
    .values(deliveredRow(id, { is_private: 1, message_ids: '["hidden"]', ...changes }))
    .execute();
const share = (id: string, spoilers = false) => ({ id, forced: { spoilers } });
const find = (id: string) => new JobStore(database, { log: SILENT }).get(id);
const begun = async (id: string) => {
  const attempt = await shares.begin(share(id));
  if (!attempt) throw new Error(`the share of ${id} begins`);
  return attempt;
};

beforeEach(async () => {
  database = await openForTest(await newUrl());
  shares = new Shares(database, { log: SILENT, signal: new AbortController().signal });
});

describe('Shares', () => {
  it('makes the job public under its new messages, by which it is found, and purged', async () => {
    await insert('a');
    const attempt = await begun('a');
    expect(await find('a')).toMatchObject({ isPrivate: true, messageIds: ['hidden'] });
    expect(await find('a')).not.toHaveProperty('sharedAtMs');
    expect(
      await shares.finish(attempt, { messageIds: ['1', '2'], thumbnailUrl: 'https://cdn.test/1.png' }),
    ).toMatchObject({
      name: 'shared',
      job: {
        isPrivate: false,
        messageIds: ['1', '2'],
        sharedAtMs: attempt.startedAtMs,
        thumbnailUrl: 'https://cdn.test/1.png',
      },
    });
    const finder = new JobFinder(database);
    expect((await finder.byMessage('2'))?.id).toBe('a');
    const { guildId = '', requesterId = '' } = (await find('a')) ?? {};
    expect(await finder.imageMessages(guildId, requesterId, 0)).toHaveLength(2);
  });

  it('is finished by one of several callers, however close they are', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    await insert('a');
    const attempts = await Promise.all([1, 2, 3].map(() => shares.begin(share('a'))));
    const finished = await Promise.all(
      attempts.map((attempt) => attempt && shares.finish(attempt, { messageIds: ['1'] })),
    );
    expect(finished.filter((its) => its?.name === 'shared')).toHaveLength(1);
  });

  it('once shared, is never begun again', async () => {
    await insert('a');
    await shares.finish(await begun('a'), { messageIds: ['1'] });
    expect(await shares.begin(share('a'))).toBeUndefined();
  });

  it.each<[string, Parameters<typeof deliveredRow>[1]]>([
    ['is public', { is_private: 0 }],
    ['failed', { state: 'failed' }],
    ['was deleted', { deleted_at: 5 }],
  ])('is not begun for a job that %s, or that is unknown', async (_, changes) => {
    await insert('a', changes);
    expect(await shares.begin(share('a'))).toBeUndefined();
    expect(await shares.begin(share('b'))).toBeUndefined();
  });

  it('can be begun again after it was given up', async () => {
    await insert('a');
    await shares.giveUp(await begun('a'));
    expect(await shares.unfinished()).toEqual([]);
    await begun('a');
  });

  it('is taken over when an earlier process ended in the middle, which can then neither finish nor give up', async () => {
    await insert('a');
    await insert('b');
    const first = await begun('a');
    expect(await shares.unfinished()).toMatchObject([{ job: { id: 'a' }, attempt: first }]);
    const second = await begun('a');
    expect(await shares.finish(first, { messageIds: ['1'] })).toEqual({ name: 'taken over' });
    await shares.giveUp(first);
    expect(await shares.unfinished()).toMatchObject([{ attempt: second }]);
    expect(await shares.finish(second, { messageIds: ['2'] })).toMatchObject({ job: { messageIds: ['2'] } });
    expect(await shares.unfinished()).toEqual([]);
  });

  it('keeps about the moment of its first attempt, from where its messages are searched for', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    await insert('a');
    const first = await begun('a');
    vi.setSystemTime(Date.now() + 3_600_000);
    expect((await begun('a')).startedAtMs).toBe(first.startedAtMs + 1);
  });

  it('hides what it posts as the rules of now want, also for who finishes it', async () => {
    await insert('a');
    await shares.begin(share('a', true));
    expect((await shares.unfinished())[0]?.job.forced).toEqual({ spoilers: true });
  });

  it('says that a job was removed meanwhile', async () => {
    await insert('a');
    const attempt = await begun('a');
    await database.db.deleteFrom('jobs').execute();
    expect(await shares.finish(attempt, { messageIds: ['1'] })).toEqual({ name: 'gone' });
  });

  it('is finished once the database is no longer busy', async () => {
    await insert('a');
    const attempt = await begun('a');
    const write = vi.spyOn(database, 'write').mockRejectedValueOnce(new DatabaseBusy());
    expect(await shares.finish(attempt, { messageIds: ['1'] })).toMatchObject({ name: 'shared' });
    expect(write).toHaveBeenCalledTimes(2);
  });
});
