import { beforeEach, describe, expect, it } from 'vitest';
import { erasePerson, pendingErasures, requestErasure } from '../../src/people/erase-person.ts';
import { daysBefore, utcDay } from '../../src/settings/calendar.ts';
import { UsageStore } from '../../src/settings/usage-store.ts';
import type { Database } from '../../src/storage/database.ts';
import { GUILD_ID, MEMBER_ID, OTHER_ID } from '../support/settings-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

const DAY_MS = 24 * 60 * 60_000;

let database: Database;
beforeEach(async () => {
  database = await openForTest(await newUrl());
});

const insertJob = (id: string, changes: Parameters<typeof jobRow>[1] = {}) =>
  database.db
    .insertInto('jobs')
    .values(jobRow(id, { requester_id: MEMBER_ID, created_at: Date.now(), ...changes }))
    .execute();
const jobIds = async () =>
  (await database.db.selectFrom('jobs').select('id').orderBy('sequence').execute()).map(({ id }) => id);

const insertTotal = (day: string, memberId: string, changes: object = {}) =>
  database.db
    .insertInto('usage_totals')
    .values({
      guild_id: GUILD_ID,
      day,
      member_id: memberId,
      images: 2,
      cost_usd: 0.5,
      accepted_at: 1_000,
      ...changes,
    })
    .execute();
const totals = async () =>
  (await database.db.selectFrom('usage_totals').selectAll().orderBy('day').orderBy('member_id').execute()).map(
    ({ day, member_id, images, cost_usd, accepted_at }) => [day, member_id, images, cost_usd, accepted_at],
  );

async function erase(): Promise<void> {
  await erasePerson(database, await requestErasure(database, MEMBER_ID));
}
async function eraseTheRest(): Promise<void> {
  for (const erasure of await pendingErasures(database.db)) await erasePerson(database, erasure);
}

describe('erasing a person', () => {
  it('removes their draft, but none that they made after they had asked, and nobody else’s', async () => {
    const draftOf = (userId: string, savedAtMs: number) =>
      database.db
        .insertInto('drafts')
        .values({ user_id: userId, job_id: null, is_private: 0, form: '{}', saved_at: savedAtMs })
        .execute();
    const owners = async () =>
      (await database.db.selectFrom('drafts').select('user_id').execute()).map(({ user_id }) => user_id);
    await draftOf(MEMBER_ID, Date.now() - 1);
    await draftOf(OTHER_ID, Date.now() - 1);
    await erase();
    expect(await owners()).toEqual([OTHER_ID]);
    await draftOf(MEMBER_ID, Date.now() + 60_000);
    await erase();
    expect((await owners()).toSorted()).toEqual([MEMBER_ID, OTHER_ID].toSorted());
  });

  it('removes all of their ended jobs, however many, and nobody else’s', async () => {
    const rows = Array.from({ length: 450 }, (_, index) =>
      jobRow(`mine ${index}`, { requester_id: MEMBER_ID, ended_at: 5 }),
    );
    await database.db.insertInto('jobs').values(rows).execute();
    await insertJob('other', { requester_id: OTHER_ID, ended_at: 5 });
    await erase();
    expect(await jobIds()).toEqual(['other']);
    expect(await pendingErasures(database.db)).toEqual([]);
  });

  it('leaves a job under way until it has ended, and what was requested after the erasure', async () => {
    await insertJob('under way', { state: 'submitted' });
    await erase();
    await insertJob('later', { ended_at: 5 });
    await eraseTheRest();
    expect(await jobIds()).toEqual(['under way', 'later']);
    await database.db.updateTable('jobs').set({ ended_at: 5 }).where('id', '=', 'under way').execute();
    await eraseTheRest();
    expect(await jobIds()).toEqual(['later']);
    expect(await pendingErasures(database.db)).toEqual([]);
    await erase();
    expect(await jobIds()).toEqual([]);
  });

  it('removes what was lost: a job that is still open after a day', async () => {
    await insertJob('lost', { state: 'submitted', created_at: Date.now() - DAY_MS - 1 });
    await insertJob('open', { state: 'submitted', created_at: Date.now() - DAY_MS + 60_000 });
    await erase();
    expect(await jobIds()).toEqual(['open']);
  });

  it('removes a job with undelivered images, which waits for the next start, but none of which the member will still read', async () => {
    const failed = { name: 'failed', failure: { kind: 'undeliverable' } };
    const facts = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 1, imageUrls: [], imageFiles: [] };
    await insertJob('undelivered', { state: 'failed', details: JSON.stringify({ ...failed, rendered: facts }) });
    await insertJob('being told', { state: 'failed', details: JSON.stringify(failed) });
    await insertJob('delivering', { state: 'delivering', details: JSON.stringify({ name: 'delivering', ...facts }) });
    await erase();
    expect(await jobIds()).toEqual(['being told', 'delivering']);
  });

  it('removes their styles and defaults, but not what they save afterwards', async () => {
    const save = (user_id: string, changed_at: number) =>
      database.db
        .insertInto('member_preferences')
        .values({ user_id, preferences: '{}', changed_at, used_at: changed_at })
        .execute();
    const members = async () => (await database.db.selectFrom('member_preferences').select('user_id').execute()).length;
    await save(MEMBER_ID, Date.now());
    await save(OTHER_ID, Date.now());
    await insertJob('under way', { state: 'submitted' });
    await erase();
    expect(await members()).toBe(1);
    await save(MEMBER_ID, Date.now() + 1_000);
    await eraseTheRest();
    expect(await members()).toBe(2);
  });

  it('keeps the POSTs, which count in the budget, without the job they were for', async () => {
    await insertJob('ended', { ended_at: 5 });
    await insertJob('under way', { state: 'submitting' });
    for (const job_id of ['ended', 'under way'])
      await database.db.insertInto('posts').values({ job_id, sent_at: 7, settled_at: null, outcome: null }).execute();
    await erase();
    const posts = await database.db.selectFrom('posts').select(['job_id', 'sent_at']).orderBy('id').execute();
    expect(posts).toEqual([
      { job_id: '', sent_at: 7 },
      { job_id: 'under way', sent_at: 7 },
    ]);
  });
});

describe('the usage of an erased person', () => {
  const day = (ago: number) => daysBefore(Date.now(), ago);

  it('keeps its sums without the person, those of several people in one', async () => {
    await insertTotal(day(2), MEMBER_ID);
    await insertTotal(day(2), OTHER_ID, { images: 3, cost_usd: 0.25, accepted_at: 9_000 });
    await insertTotal(day(3), MEMBER_ID, { guild_id: '' });
    await erase();
    expect(await totals()).toEqual([
      [day(3), '', 2, 0.5, 1_000],
      [day(2), '', 2, 0.5, 1_000],
      [day(2), OTHER_ID, 3, 0.25, 9_000],
    ]);
    await erasePerson(database, await requestErasure(database, OTHER_ID));
    expect(await totals()).toEqual([
      [day(3), '', 2, 0.5, 1_000],
      [day(2), '', 5, 0.75, 9_000],
    ]);
    const month = await new UsageStore(database).month(GUILD_ID, day(2).slice(0, 7));
    expect(month.reduce((sum, { images }) => sum + images, 0)).toBe(5);
  });

  it('stays theirs today and yesterday, so that no limit is reset, and for as long as a job may add to it', async () => {
    for (const ago of [0, 1, 2]) await insertTotal(day(ago), MEMBER_ID);
    await database.db
      .insertInto('usage_reservations')
      .values({
        job_id: 'under way',
        guild_id: GUILD_ID,
        member_id: MEMBER_ID,
        day: day(2),
        images: 1,
        estimate_usd: 0.1,
        accepted_at: 1,
      })
      .execute();
    await erase();
    expect((await totals()).map(([, memberId]) => memberId)).toEqual([MEMBER_ID, MEMBER_ID, MEMBER_ID]);
    await new UsageStore(database).replaceEstimate('under way', 0.25);
    await eraseTheRest();
    expect(await totals()).toEqual([
      [day(2), '', 2, 0.75, 1_000],
      [day(1), MEMBER_ID, 2, 0.5, 1_000],
      [day(0), MEMBER_ID, 2, 0.5, 1_000],
    ]);
  });

  it('becomes anonymous when its day has expired, but not what was used after the erasure', async () => {
    await insertTotal(utcDay(Date.now() - 4 * DAY_MS), MEMBER_ID);
    await insertTotal(utcDay(Date.now() - 3 * DAY_MS), MEMBER_ID);
    // As if they had asked four days ago, when that day had not expired.
    await database.db
      .insertInto('erasures')
      .values({ user_id: MEMBER_ID, up_to_sequence: 0, requested_at: Date.now() - 4 * DAY_MS })
      .execute();
    await eraseTheRest();
    expect((await totals()).map(([, memberId]) => memberId)).toEqual(['', MEMBER_ID]);
    expect(await pendingErasures(database.db)).toEqual([]);
  });
});

it('an erasure beside requests that come in at the same moment loses none of those that follow', async () => {
  await insertJob('before', { ended_at: 5 });
  await Promise.all([
    erase(),
    ...Array.from({ length: 10 }, (_, index) => insertJob(`meanwhile ${index}`, { state: 'submitted' })),
    erase(),
  ]);
  await insertJob('after', { ended_at: 5 });
  await eraseTheRest();
  const left = await jobIds();
  expect(left).not.toContain('before');
  expect(left.filter((id) => id.startsWith('meanwhile'))).toHaveLength(10);
  expect(left).toContain('after');
});
