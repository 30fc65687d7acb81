import { beforeEach, describe, expect, it } from 'vitest';
import { DepartedGuilds } from '../../../src/jobs/upkeep/departed-guilds.ts';
import { OldJobs } from '../../../src/jobs/upkeep/old-jobs.ts';
import type { Database } from '../../../src/storage/database.ts';
import { newUrl, openForTest } from '../../support/storage/fixtures.ts';
import { jobRow } from '../../support/storage/rows.ts';

let database: Database;
let old: OldJobs;

const insert = (id: string, changes: Parameters<typeof jobRow>[1]) =>
  database.db.insertInto('jobs').values(jobRow(id, changes)).execute();
const ids = async () => (await database.db.selectFrom('jobs').select('id').execute()).map(({ id }) => id);

beforeEach(async () => {
  database = await openForTest(await newUrl());
  old = new OldJobs(database);
});

describe('OldJobs', () => {
  it('removes jobs that ended long ago in batches, and none that has not ended', async () => {
    for (const id of ['a', 'b', 'c']) await insert(id, { ended_at: 1_000 });
    await insert('d', { ended_at: null });
    expect(await old.removeEnded(1_000, 2)).toBe(0);
    expect(await old.removeEnded(1_001, 2)).toBe(2);
    expect(await old.removeEnded(1_001, 2)).toBe(1);
    expect(await ids()).toEqual(['d']);
  });

  it('keeps jobs with a star for longer', async () => {
    await insert('a', { ended_at: 1_000 });
    await insert('b', { ended_at: 1_000, starred_at: 900 });
    await insert('c', { ended_at: null, state: 'failed', created_at: 1_000, starred_at: 900 });
    expect(await old.removeEnded(2_000, 10)).toBe(1);
    expect(await old.removeStarred(1_000, 10)).toBe(0);
    expect(await ids()).toEqual(['b', 'c']);
    expect(await old.removeStarred(1_001, 10)).toBe(2);
  });

  it('erases the ended jobs of one server', async () => {
    await insert('a', { guild_id: '1', ended_at: 1_000 });
    await insert('b', { guild_id: '1', ended_at: null });
    await insert('c', { guild_id: '2', ended_at: 1_000 });
    await insert('d', { guild_id: null, ended_at: 1_000 });
    expect((await old.guildIds()).toSorted()).toEqual(['1', '2']);
    expect(await old.eraseGuild('1', 10)).toBe(1);
    expect(await ids()).toEqual(['b', 'c', 'd']);
  });
});

it('finds when the latest job of a server was requested, ended or not', async () => {
  await insert('a', { guild_id: '1', created_at: 1_000, ended_at: 5_000 });
  await insert('b', { guild_id: '1', created_at: 2_000, ended_at: null });
  await insert('c', { guild_id: '2', created_at: 3_000 });
  expect(await old.lastUse('1')).toBe(2_000);
  expect(await old.lastUse('3')).toBeUndefined();
});

describe('DepartedGuilds', () => {
  it('returns a server 30 days after the bot was first missing there, unless it came back', async () => {
    const departed = new DepartedGuilds(database);
    const known = new Set(['gone', 'back']);
    const note = (present: string[], atMs: number, departedBeforeMs: number) =>
      departed.note(known, new Set(present), { atMs, departedBeforeMs });
    expect(await note([], 1_000, 0)).toEqual([]);
    expect(await note(['back'], 2_000, 500)).toEqual([]);
    expect(await note(['back'], 3_000, 1_500)).toEqual(['gone']);
    expect(await note([], 4_000, 1_500)).toEqual(['gone']);
    known.delete('gone');
    expect(await note([], 5_000, 4_500)).toEqual(['back']);
  });

  it('restarts the time when a missing server is used, with one write between two checks', async () => {
    const departed = new DepartedGuilds(database);
    const note = (atMs: number, departedBeforeMs: number) =>
      departed.note(new Set(['used', 'unused']), new Set(['present']), { atMs, departedBeforeMs });
    const noticed = async () =>
      (await database.db.selectFrom('departed_guilds').selectAll().orderBy('guild_id').execute()).map(
        ({ guild_id, noticed_at }) => `${guild_id} ${noticed_at}`,
      );
    await note(1_000, 0);
    for (const guildId of ['used', 'present', 'never heard of']) await departed.noteUse(guildId, 2_000);
    await departed.noteUse('used', 3_000);
    expect(await noticed()).toEqual(['unused 1000', 'used 2000']);
    expect(await note(4_000, 1_500)).toEqual(['unused']);
    await departed.noteUse('used', 5_000);
    expect(await noticed()).toEqual(['unused 1000', 'used 5000']);
  });
});
