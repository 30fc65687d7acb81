import { beforeEach, describe, expect, it } from 'vitest';
import { exportPerson } from '../../src/people/export-person.ts';
import type { Database } from '../../src/storage/database.ts';
import { GUILD_ID, MEMBER_ID, MODERATOR_ID, OTHER_ID } from '../support/settings-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

let database: Database;
beforeEach(async () => {
  database = await openForTest(await newUrl());
});

const insertJob = (id: string, changes: Parameters<typeof jobRow>[1] = {}) =>
  database.db
    .insertInto('jobs')
    .values(jobRow(id, { requester_id: MEMBER_ID, ...changes }))
    .execute();
const insertSettings = (guildId: string, settings: object) =>
  database.db
    .insertInto('guild_settings')
    .values({ guild_id: guildId, version: 1, revision: 1, settings: JSON.stringify(settings) })
    .execute();
const insertChange = (changedBy: string, changes: unknown) =>
  database.db
    .insertInto('settings_history')
    .values({
      guild_id: GUILD_ID,
      revision: Math.floor(Math.random() * 1e9),
      changed_by: changedBy,
      changed_at: Date.UTC(2026, 10, 22),
      changes: JSON.stringify(changes),
    })
    .execute();

type Exported = Record<string, unknown> & { requests: Record<string, unknown>[] };

async function exported(userId = MEMBER_ID): Promise<Exported> {
  const { files } = await exportPerson(database.db, userId);
  expect(files).toHaveLength(1);
  return JSON.parse(files[0] ?? '');
}

const block = { kind: 'member', id: MEMBER_ID, name: 'alice', reason: 'spam', byId: MODERATOR_ID, atMs: 0 };

describe('an export', () => {
  it('has a request with all that is stored of it but the interaction token, in plain words', async () => {
    await insertJob('rose', {
      interaction_token: 'a secret token',
      guild_id: null,
      details: JSON.stringify({ name: 'submitting', submittingAtMs: Date.UTC(2026, 10, 22, 20) }),
      message_ids: '["5"]',
      created_at: Date.UTC(2026, 10, 22, 19),
    });
    await database.db
      .insertInto('posts')
      .values({ job_id: 'rose', sent_at: Date.UTC(2026, 10, 22, 20), settled_at: null, outcome: null })
      .execute();
    await database.db
      .insertInto('job_messages')
      .values(['5', '6'].map((message_id) => ({ message_id, job_id: 'rose' })))
      .execute();
    await insertJob('not mine', { requester_id: OTHER_ID });
    const { requests, ...rest } = await exported();
    expect(requests).toEqual([
      {
        reference: 'rose',
        serverId: null,
        channelId: '100000000000000004',
        messageIds: ['5'],
        otherMessageIds: ['6'],
        requestedAt: '2026-11-22T19:00:00.000Z',
        endedAt: null,
        isPrivate: false,
        language: 'en-US',
        parameters: { prompt: 'a red rose', seed: 999999999999999 },
        style: null,
        loweredByServer: null,
        addedByServer: null,
        startedBy: null,
        state: { name: 'submitting', submittingAt: '2026-11-22T20:00:00.000Z' },
        costUsd: null,
        submits: [{ sentAt: '2026-11-22T20:00:00.000Z', answeredAt: null, outcome: null }],
        interactionId: 'interaction of rose',
        interactionReceivedAt: expect.any(String),
        hasInteractionToken: true,
        attachmentSizeLimitBytes: 10_485_760,
        refusedRoutes: null,
        thumbnailUrl: null,
        starredAt: null,
        sharedAt: null,
        imagesDeletedAt: null,
      },
    ]);
    expect(rest).toMatchObject({ userId: MEMBER_ID, part: 1, parts: 1, isComplete: true, usage: [], blocks: [] });
    expect(JSON.stringify([requests, rest])).not.toContain('secret');
  });

  it('says of a cancelled request who cancelled it only when that was the person', async () => {
    for (const by of [MEMBER_ID, MODERATOR_ID])
      await insertJob(`by ${by}`, { details: JSON.stringify({ name: 'cancelled', cancelledBy: by }) });
    const { requests } = await exported();
    expect(requests.map(({ state }) => state)).toEqual([
      { name: 'cancelled', cancelledBy: MEMBER_ID },
      { name: 'cancelled' },
    ]);
  });

  it('has the draft of a form', async () => {
    const row = { is_private: 1 as const, form: '{"prompt":"a rose"}', saved_at: 0 };
    await database.db
      .insertInto('drafts')
      .values([
        { ...row, user_id: MEMBER_ID, job_id: 'rose' },
        { ...row, user_id: OTHER_ID, job_id: null },
      ])
      .execute();
    const savedAt = '1970-01-01T00:00:00.000Z';
    const form = { prompt: 'a rose' };
    expect((await exported())['drafts']).toEqual([{ savedAt, editedReference: 'rose', isPrivate: true, form }]);
    expect((await exported(OTHER_ID))['drafts']).toMatchObject([{ editedReference: null }]);
  });

  it('has the usage, and what requests in progress have reserved', async () => {
    const its = { guild_id: '', member_id: MEMBER_ID, day: '2026-11-22', images: 2, accepted_at: 0 };
    await database.db
      .insertInto('usage_totals')
      .values([
        { ...its, cost_usd: 0.5 },
        { ...its, cost_usd: 7, member_id: OTHER_ID },
      ])
      .execute();
    await database.db
      .insertInto('usage_reservations')
      .values({ ...its, guild_id: GUILD_ID, job_id: 'rose', estimate_usd: 0.1 })
      .execute();
    const { usage, reservations } = await exported();
    const facts = { day: '2026-11-22', images: 2 };
    expect(usage).toEqual([{ serverId: null, ...facts, costUsd: 0.5, lastRequestAt: '1970-01-01T00:00:00.000Z' }]);
    expect(reservations).toEqual([
      {
        reference: 'rose',
        serverId: GUILD_ID,
        ...facts,
        estimatedCostUsd: 0.1,
        acceptedAt: '1970-01-01T00:00:00.000Z',
      },
    ]);
  });

  it('has the styles and defaults that the person has saved', async () => {
    const saved = { defaults: { steps: 40 }, styles: [{ name: 'Noir', prompt: 'film noir', parameters: {} }] };
    const row = { preferences: JSON.stringify(saved), changed_at: 0, used_at: 1_000 };
    await database.db
      .insertInto('member_preferences')
      .values([
        { ...row, user_id: MEMBER_ID },
        { ...row, user_id: OTHER_ID, preferences: '{}' },
      ])
      .execute();
    const times = { changedAt: '1970-01-01T00:00:00.000Z', lastUsedAt: '1970-01-01T00:00:01.000Z' };
    expect((await exported())['preferences']).toEqual([{ ...times, saved }]);
  });

  it('has the blocks of the person, also past ones, without who set them', async () => {
    const shown = { name: 'alice', reason: 'spam', until: null, setAt: '1970-01-01T00:00:00.000Z' };
    await insertSettings(GUILD_ID, { blocks: [block, { ...block, id: OTHER_ID, name: 'bob' }] });
    await insertChange(MODERATOR_ID, [
      { setting: 'blocks', added: [block, { ...block, id: OTHER_ID, name: 'bob' }], removed: [] },
      { setting: 'filterWords', added: [MEMBER_ID], removed: [] },
    ]);
    const data = await exported();
    expect(data['blocks']).toEqual([{ serverId: GUILD_ID, ...shown }]);
    expect(data['blocksInHistory']).toEqual([
      { serverId: GUILD_ID, changedAt: '2026-11-22T00:00:00.000Z', change: 'added', ...shown },
    ]);
    expect(JSON.stringify(data)).not.toMatch(new RegExp(`bob|${MODERATOR_ID}`));
  });

  it('has what a moderator did, without the people that it was about', async () => {
    const pause = { reason: 'a break', byId: MODERATOR_ID, atMs: 0 };
    await insertSettings(GUILD_ID, { blocks: [block], pause });
    await insertChange(MODERATOR_ID, [{ setting: 'blocks', added: [block], removed: [] }]);
    await insertChange(OTHER_ID, [{ setting: 'pause', to: pause }]);
    const cancelled = JSON.stringify({ name: 'cancelled', cancelledBy: MODERATOR_ID });
    await insertJob('theirs', { state: 'cancelled', details: cancelled, ended_at: 0 });
    const data = await exported(MODERATOR_ID);
    expect(data).toMatchObject({
      requests: [],
      blocksByYou: [{ serverId: GUILD_ID, setAt: '1970-01-01T00:00:00.000Z' }],
      pausesByYou: [{ serverId: GUILD_ID, reason: 'a break', setAt: '1970-01-01T00:00:00.000Z' }],
      settingsChangesByYou: [{ serverId: GUILD_ID, changedAt: '2026-11-22T00:00:00.000Z', settings: ['blocks'] }],
      cancelledForOthers: [{ reference: 'theirs', cancelledAt: '1970-01-01T00:00:00.000Z' }],
    });
    expect(JSON.stringify(data)).not.toMatch(new RegExp(`alice|${MEMBER_ID}|${OTHER_ID}`));
  });

  it('has rows that cannot be read as they are', async () => {
    await insertJob('broken', { parameters: '{"prompt":"half' });
    await insertSettings(GUILD_ID, { blocks: `${MEMBER_ID}` });
    await insertChange(MEMBER_ID, 'no list');
    expect(await exported()).toMatchObject({
      requests: [{ parameters: '{"prompt":"half' }],
      blocks: [],
      settingsChangesByYou: [{ settings: [] }],
    });
  });

  it('is split into files that fit, each of them JSON, and says what is missing', async () => {
    const prompt = 'ü"\n'.repeat(500);
    for (let index = 0; index < 450; index += 1)
      await insertJob(`job ${index}`, { parameters: JSON.stringify({ prompt }) });
    const read = async (maxBytes: number, maxParts: number) => {
      const { files, isComplete } = await exportPerson(database.db, MEMBER_ID, { maxBytes, maxParts });
      for (const file of files) expect(Buffer.byteLength(file)).toBeLessThanOrEqual(maxBytes);
      const parts: Exported[] = files.map((file) => JSON.parse(file));
      return { isComplete, parts, requests: parts.flatMap(({ requests }) => requests) };
    };
    const whole = await read(500_000, 10);
    expect(whole.isComplete).toBe(true);
    expect(whole.parts.map(({ part, parts }) => [part, parts])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
    expect(whole.requests.map(({ reference }) => reference)).toEqual(
      Array.from({ length: 450 }, (_, index) => `job ${index}`),
    );
    const cut = await read(500_000, 2);
    expect(cut).toMatchObject({ isComplete: false, parts: [{ isComplete: false }, { isComplete: false }] });
    expect(cut.requests.length).toBeGreaterThan(200);
  });
});
