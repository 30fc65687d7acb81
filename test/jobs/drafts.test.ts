import { beforeEach, expect, it, vi } from 'vitest';
import { type Draft, Drafts } from '../../src/jobs/drafts.ts';
import type { Database } from '../../src/storage/database.ts';
import { MEMBER_ID, OTHER_ID } from '../support/settings-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const MINUTE_MS = 60_000;

let database: Database;
let drafts: Drafts;
beforeEach(async () => {
  database = await openForTest(await newUrl());
  drafts = new Drafts(database);
  return () => vi.useRealTimers();
});

const form = { prompt: 'a\nrose', negativePrompt: '', size: '1024x1024', steps: 'same', guidanceScale: '7' };
const draft = (change: Partial<Draft> = {}): Draft => ({ form, isPrivate: false, ...change });
const count = async () => (await database.db.selectFrom('drafts').select('user_id').execute()).length;

it('keeps the last draft of each member', async () => {
  await drafts.save(MEMBER_ID, draft());
  await drafts.save(OTHER_ID, draft({ isPrivate: true }));
  expect(await drafts.find(MEMBER_ID)).toEqual(draft());
  await drafts.save(MEMBER_ID, draft({ jobId: 'rose', form: { ...form, prompt: 'a tulip' } }));
  expect(await drafts.find(MEMBER_ID)).toEqual(draft({ jobId: 'rose', form: { ...form, prompt: 'a tulip' } }));
  await drafts.save(MEMBER_ID, draft());
  expect(await drafts.find(MEMBER_ID)).toEqual(draft());
  expect(await drafts.find(OTHER_ID)).toEqual(draft({ isPrivate: true }));
  expect(await drafts.find('1')).toBeUndefined();
  expect(await count()).toBe(2);
});

it('finds a draft that is still being stored', async () => {
  await drafts.save(MEMBER_ID, draft());
  const [, found] = await Promise.all([drafts.save(MEMBER_ID, draft({ isPrivate: true })), drafts.find(MEMBER_ID)]);
  expect(found).toEqual(draft({ isPrivate: true }));
});

it('forgets a draft after 15 minutes, and removes it', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await drafts.save(MEMBER_ID, draft());
  vi.setSystemTime(Date.now() + 5 * MINUTE_MS);
  await drafts.save(OTHER_ID, draft());
  vi.setSystemTime(Date.now() + 10 * MINUTE_MS - 1);
  expect(await drafts.find(MEMBER_ID)).toBeDefined();
  expect(await drafts.removeOld(10)).toBe(0);
  vi.setSystemTime(Date.now() + 1);
  expect(await drafts.find(MEMBER_ID)).toBeUndefined();
  expect(await drafts.removeOld(10)).toBe(1);
  expect(await drafts.find(OTHER_ID)).toEqual(draft());
});

it('removes a member’s draft, and old ones when a new one is saved', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await drafts.save(MEMBER_ID, draft());
  await drafts.save(OTHER_ID, draft());
  await drafts.remove(MEMBER_ID, draft());
  expect(await drafts.find(MEMBER_ID)).toBeUndefined();
  expect(await drafts.find(OTHER_ID)).toBeDefined();
  vi.setSystemTime(Date.now() + 15 * MINUTE_MS);
  await drafts.save(MEMBER_ID, draft());
  expect(await count()).toBe(1);
});

it('keeps a draft when another form of the member was accepted', async () => {
  for (const [kept, accepted] of [
    [draft({ jobId: 'rose' }), { jobId: 'another' }],
    [draft({ jobId: 'rose' }), {}],
    [draft(), { jobId: 'another' }],
  ] as const) {
    await drafts.save(MEMBER_ID, kept);
    await drafts.remove(MEMBER_ID, accepted);
    expect(await drafts.find(MEMBER_ID)).toEqual(kept);
  }
  await drafts.remove(MEMBER_ID, draft());
  expect(await drafts.find(MEMBER_ID)).toBeUndefined();
});

it('removes as many at once as it may', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const userId of ['1', '2', '3']) await drafts.save(userId, draft());
  vi.setSystemTime(Date.now() + 15 * MINUTE_MS);
  expect([await drafts.removeOld(2), await drafts.removeOld(2), await drafts.removeOld(2)]).toEqual([2, 1, 0]);
});
