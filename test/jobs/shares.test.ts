import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { JobFinder } from '../../src/jobs/job-finder.ts';
import { Shares } from '../../src/jobs/shares.ts';
import { JobStore } from '../../src/jobs/store.ts';
import type { Database } from '../../src/storage/database.ts';
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
const find = (id: string) => new JobStore(database, { log: SILENT }).get(id);
const begun = async (id: string) => {
  const attempt = await shares.begin(id);
  if (!attempt) throw new Error(`the share of ${id} begins`);
  return attempt;
};

beforeEach(async () => {
  database = await openForTest(await newUrl());
  shares = new Shares(database);
});

describe('Shares', () => {
  it('makes the job public under its new messages, by which it is found, and purged', async () => {
    await insert('a');
    const attempt = await begun('a');
    expect(await find('a')).toMatchObject({ isPrivate: true, messageIds: ['hidden'] });
    expect(await find('a')).not.toHaveProperty('sharedAtMs');
    expect(await shares.finish(attempt, ['1', '2'])).toMatchObject({
      isPrivate: false,
      messageIds: ['1', '2'],
      sharedAtMs: attempt.startedAtMs,
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
    const attempts = await Promise.all([1, 2, 3].map(() => shares.begin('a')));
    const finished = await Promise.all(attempts.map((attempt) => attempt && shares.finish(attempt, ['1'])));
    expect(finished.filter(Boolean)).toHaveLength(1);
  });

  it('once shared, is never begun again', async () => {
    await insert('a');
    await shares.finish(await begun('a'), ['1']);
    expect(await shares.begin('a')).toBeUndefined();
  });

  it.each<[string, Parameters<typeof deliveredRow>[1]]>([
    ['is public', { is_private: 0 }],
    ['failed', { state: 'failed' }],
    ['was deleted', { deleted_at: 5 }],
  ])('is not begun for a job that %s, or that is unknown', async (_, changes) => {
    await insert('a', changes);
    expect(await shares.begin('a')).toBeUndefined();
    expect(await shares.begin('b')).toBeUndefined();
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
    expect(await shares.finish(first, ['1'])).toBeUndefined();
    await shares.giveUp(first);
    expect(await shares.unfinished()).toMatchObject([{ attempt: second }]);
    expect(await shares.finish(second, ['2'])).toMatchObject({ messageIds: ['2'] });
    expect(await shares.unfinished()).toEqual([]);
  });
});
