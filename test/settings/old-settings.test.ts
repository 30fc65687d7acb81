import { beforeEach, expect, it } from 'vitest';
import { HISTORY_RETENTION_DAYS, OldSettings } from '../../src/settings/old-settings.ts';
import { SettingsStore } from '../../src/settings/store.ts';
import type { Database } from '../../src/storage/database.ts';
import { yieldToEventLoop } from '../../src/time.ts';
import { GUILD_ID, MEMBER_ID, MODERATOR_ID, NOW_MS, OTHER_ID } from '../support/settings-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const DAY_MS = 24 * 60 * 60_000;

let database: Database;
let old: OldSettings;
beforeEach(async () => {
  database = await openForTest(await newUrl());
  old = new OldSettings(database);
});

it('removes changes in batches when they are older than 400 days', async () => {
  const change = { changed_by: MODERATOR_ID, changes: '[]' };
  const oldestMs = NOW_MS - HISTORY_RETENTION_DAYS * DAY_MS;
  await database.db
    .insertInto('settings_history')
    .values([
      { guild_id: 'a', revision: 1, changed_at: oldestMs - 2, ...change },
      { guild_id: 'a', revision: 2, changed_at: oldestMs, ...change },
      { guild_id: 'b', revision: 1, changed_at: oldestMs - 1, ...change },
      { guild_id: 'b', revision: 2, changed_at: oldestMs - 1, ...change },
    ])
    .execute();
  expect(await old.removeHistory(NOW_MS, 2)).toBe(2);
  expect(await old.removeHistory(NOW_MS, 2)).toBe(1);
  const left = await database.db.selectFrom('settings_history').select(['guild_id', 'revision']).execute();
  expect(left).toEqual([{ guild_id: 'a', revision: 2 }]);
  expect(HISTORY_RETENTION_DAYS).toBe(400);
});

it('removes blocks that have ended, and nothing else, so that changes go on from the same revision', async () => {
  const block = { kind: 'member' as const, byId: MODERATOR_ID, atMs: 0 };
  const store = new SettingsStore(database);
  const ended = { ...block, id: MEMBER_ID, name: 'alice', untilMs: NOW_MS };
  const kept = [
    { ...block, id: OTHER_ID, untilMs: NOW_MS + 1 },
    { ...block, id: MODERATOR_ID },
  ];
  await store.change(GUILD_ID, MODERATOR_ID, (settings) => ({ ...settings, blocks: [ended, ...kept] }));
  await store.change('400000000000000002', MODERATOR_ID, (settings) => ({ ...settings, blocks: kept }));
  const rows = () => database.db.selectFrom('guild_settings').selectAll().orderBy('guild_id').execute();
  const before = await rows();
  await old.removeEndedBlocks(NOW_MS);
  const after = await rows();
  expect(after[1]).toEqual(before[1]);
  expect(after[0]).toMatchObject({ revision: 1 });
  expect(JSON.parse(after[0]?.settings ?? '')).toEqual({ ...JSON.parse(before[0]?.settings ?? ''), blocks: kept });

  const fresh = new SettingsStore(database);
  const { now } = await fresh.change(GUILD_ID, MODERATOR_ID, (settings) => ({ ...settings, blocks: [] }));
  expect(now.revision).toBe(2);
});

it('undoes no change that moderators make meanwhile', async () => {
  const ended = { kind: 'member' as const, id: MEMBER_ID, byId: MODERATOR_ID, atMs: 0, untilMs: NOW_MS };
  const guildIds = Array.from({ length: 100 }, (_, index) => String(400_000_000_000_000_000n + BigInt(index)));
  const store = new SettingsStore(database);
  for (const guildId of guildIds)
    await store.change(guildId, MODERATOR_ID, (settings) => ({ ...settings, blocks: [ended] }));
  const stored = async (guildId = '') =>
    (
      await database.db
        .selectFrom('guild_settings')
        .select('settings')
        .where('guild_id', '=', guildId)
        .executeTakeFirstOrThrow()
    ).settings;
  const sweep = old.removeEndedBlocks(NOW_MS);
  // All rows are read, and the first is written.
  while ((await stored(guildIds[0])).includes('untilMs')) await yieldToEventLoop();
  await store.change(guildIds.at(-1) ?? '', MODERATOR_ID, (settings) => ({ ...settings, filterWords: ['car'] }));
  await sweep;
  expect(JSON.parse(await stored(guildIds.at(-1)))).toMatchObject({ filterWords: ['car'], blocks: [ended] });
  expect(JSON.parse(await stored(guildIds[1]))).toMatchObject({ blocks: [] });
});

it('leaves settings alone that it cannot read', async () => {
  const settings = 'no JSON, "untilMs":';
  await database.db.insertInto('guild_settings').values({ guild_id: '1', version: 1, revision: 1, settings }).execute();
  await old.removeEndedBlocks(NOW_MS);
  expect(await database.db.selectFrom('guild_settings').select('settings').execute()).toEqual([{ settings }]);
});
