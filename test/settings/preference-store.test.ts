import { beforeEach, describe, expect, it } from 'vitest';
import { PREFERENCES_RETENTION_DAYS, PreferenceStore } from '../../src/settings/preference-store.ts';
import { NO_PREFERENCES, type Preferences } from '../../src/settings/preferences.ts';
import type { Database } from '../../src/storage/database.ts';
import { MEMBER_ID, OTHER_ID } from '../support/settings-fixtures.ts';
import { SILENT } from '../support/silent-log.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const DAY_MS = 24 * 60 * 60_000;

let database: Database;
let store: PreferenceStore;
beforeEach(async () => {
  database = await openForTest(await newUrl());
  store = new PreferenceStore(database, SILENT);
  await store.start();
});

const addStyle = (name: string) => (before: Preferences) => ({
  ...before,
  styles: [...before.styles, { name, parameters: {} }],
});
const rows = () => database.db.selectFrom('member_preferences').selectAll().orderBy('user_id').execute();
const setUsed = (usedAtMs: number) =>
  database.db.updateTable('member_preferences').set({ used_at: usedAtMs }).execute();

describe('the preferences of a member', () => {
  it('are none, without a row, until something is saved, and again when all is taken back', async () => {
    expect(await store.load(MEMBER_ID)).toEqual(NO_PREFERENCES);
    await store.change(MEMBER_ID, (before) => ({ ...before, defaults: { steps: 40 }, isPrivate: true }));
    expect(await store.load(MEMBER_ID)).toEqual({ defaults: { steps: 40 }, isPrivate: true, styles: [] });
    expect(await store.load(OTHER_ID)).toEqual(NO_PREFERENCES);
    await store.change(MEMBER_ID, () => NO_PREFERENCES);
    expect(await rows()).toEqual([]);
  });

  it('are the same after a restart, with what a newer release has saved', async () => {
    await store.change(MEMBER_ID, (before) => ({ ...before, isPrivate: false, ofNewerRelease: 1 }));
    const again = new PreferenceStore(database, SILENT);
    await again.start();
    await again.change(MEMBER_ID, addStyle('Noir'));
    expect(await again.load(MEMBER_ID)).toMatchObject({
      isPrivate: false,
      ofNewerRelease: 1,
      styles: [{ name: 'Noir' }],
    });
  });

  it('keep all of many simultaneous changes', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `style ${index}`);
    await Promise.all(names.map((name) => store.change(MEMBER_ID, addStyle(name))));
    const { styles } = await store.load(MEMBER_ID);
    expect(styles.map(({ name }) => name).toSorted()).toEqual(names);
  });

  it('stay as they are when a change is not allowed', async () => {
    await store.change(MEMBER_ID, addStyle('Noir'));
    const many = Array.from({ length: 26 }, (_, index) => ({ name: `style ${index}`, parameters: {} }));
    await expect(store.change(MEMBER_ID, (before) => ({ ...before, styles: many }))).rejects.toThrow();
    expect((await store.load(MEMBER_ID)).styles).toHaveLength(1);
  });

  it.each([true, false])(
    'are asked for by every request only where other processes may save some (%s)',
    async (isShared) => {
      // All but this is the database's own.
      const here = new PreferenceStore(Object.create(database, { isShared: { value: isShared } }), SILENT);
      await here.start();
      await store.change(MEMBER_ID, (before) => ({ ...before, isPrivate: true }));
      expect((await here.loadForUse(MEMBER_ID)).isPrivate).toBe(isShared ? true : undefined);
      expect((await here.load(MEMBER_ID)).isPrivate).toBe(true);
    },
  );

  it('count for requests after a restart', async () => {
    await store.change(MEMBER_ID, (before) => ({ ...before, isPrivate: true }));
    const again = new PreferenceStore(database, SILENT);
    await again.start();
    expect((await again.loadForUse(MEMBER_ID)).isPrivate).toBe(true);
  });

  it('are removed when nobody has used them for 400 days', async () => {
    await store.change(MEMBER_ID, addStyle('Noir'));
    await store.change(OTHER_ID, addStyle('Anime'));
    const nowMs = Date.now();
    const longAgoMs = nowMs - PREFERENCES_RETENTION_DAYS * DAY_MS;
    await setUsed(longAgoMs);
    expect(await store.removeUnused(nowMs, 10)).toBe(0);
    expect(await store.removeUnused(nowMs + 1, 1)).toBe(1);
    expect(await store.removeUnused(nowMs + 1, 10)).toBe(1);
    expect(await rows()).toEqual([]);
  });

  it('count as used by a request, once a day, and not by a look at them', async () => {
    await store.change(MEMBER_ID, addStyle('Noir'));
    await setUsed(5);
    await store.load(MEMBER_ID);
    expect(await rows()).toMatchObject([{ used_at: 5 }]);
    await store.loadForUse(MEMBER_ID);
    await expect.poll(async () => (await rows())[0]?.used_at).toBeGreaterThan(5);
    const earlierTodayMs = Date.now() - DAY_MS / 2;
    await setUsed(earlierTodayMs);
    await store.loadForUse(MEMBER_ID);
    // Written after what the request would have written.
    await store.change(OTHER_ID, addStyle('Anime'));
    expect((await rows())[0]).toMatchObject({ used_at: earlierTodayMs });
  });
});
