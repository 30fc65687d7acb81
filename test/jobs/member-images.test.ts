import { beforeEach, describe, expect, it } from 'vitest';
import { MemberImages } from '../../src/jobs/member-images.ts';
import type { Database } from '../../src/storage/database.ts';
import { deliveredRow, RENDERED } from '../support/storage/delivered-rows.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const userId = '100000000000000005';
const here = { userId, guildId: '1' };

let database: Database;
let images: MemberImages;

const insert = (id: string, changes: Parameters<typeof deliveredRow>[1] = {}) =>
  database.db
    .insertInto('jobs')
    .values(deliveredRow(id, { requester_id: userId, guild_id: '1', ...changes }))
    .execute();
const failed = (state: object) => ({
  state: 'failed',
  details: JSON.stringify({ name: 'failed', failure: { kind: 'undeliverable' }, ...state }),
});
const idsOf = async (...args: Parameters<MemberImages['list']>) => (await images.list(...args)).map(({ id }) => id);

beforeEach(async () => {
  database = await openForTest(await newUrl());
  images = new MemberImages(database, 400);
});

describe('MemberImages', () => {
  it('lists what has images, the latest first, page by page; in direct messages from everywhere', async () => {
    await insert('a');
    await insert('b', { is_private: 1 });
    await insert('c', failed({ rendered: RENDERED }));
    await insert('no images', failed({}));
    await insert('deleted', { deleted_at: 7 });
    await insert('queued', { state: 'queued' });
    await insert('of another member', { requester_id: '6' });
    await insert('of another server', { guild_id: '2' });
    await insert('direct', { guild_id: null });
    expect(await images.count(here)).toBe(3);
    expect(await idsOf(here, 0, 2)).toEqual(['c', 'b']);
    expect(await idsOf(here, 2, 2)).toEqual(['a']);
    const everywhere = { userId, guildId: undefined };
    expect(await images.count(everywhere)).toBe(5);
    expect(await idsOf(everywhere, 0, 9)).toEqual(['direct', 'of another server', 'c', 'b', 'a']);
  });

  it('stars an image of the member, and of nobody else', async () => {
    const starsOf = async () => (await images.list(here, 0, 9)).map(({ starredAtMs }) => starredAtMs !== undefined);
    await insert('a');
    await images.toggleStar('a', '6');
    expect(await starsOf()).toEqual([false]);
    await images.toggleStar('a', userId);
    expect(await starsOf()).toEqual([true]);
    await images.toggleStar('a', userId);
    expect(await starsOf()).toEqual([false]);
  });

  it('no longer lists deleted images; what was never delivered can still be fetched', async () => {
    await insert('a');
    await insert('b');
    await insert('c', failed({ rendered: RENDERED }));
    await images.markDeleted(['a', 'c']);
    await images.markDeleted([]);
    expect(await idsOf(here, 0, 9)).toEqual(['c', 'b']);
    // It would be hidden once it is fetched.
    const { deleted_at } = await database.db
      .selectFrom('jobs')
      .select('deleted_at')
      .where('id', '=', 'c')
      .executeTakeFirstOrThrow();
    expect(deleted_at).toBeNull();
  });
});
