import { beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../src/settings/schema.ts';
import { SettingsStore } from '../../src/settings/store.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { MIGRATIONS } from '../../src/storage/migrations/index.ts';
import { GUILD_ID, MODERATOR_ID, OTHER_ID, ROLES } from '../support/settings-fixtures.ts';
import { newUrl, ON_POSTGRES, openForTest } from '../support/storage/fixtures.ts';

const addWord = (word: string) => (settings: Settings) => ({
  ...settings,
  filterWords: [...settings.filterWords, word],
});

let url: string;
let database: Database;
let store: SettingsStore;

beforeEach(async () => {
  url = await newUrl();
  database = await openForTest(url);
  store = new SettingsStore(database);
});

describe('settings of a server', () => {
  it('are the defaults, without a row, until they are changed', async () => {
    expect(store.get(GUILD_ID)).toBeUndefined();
    expect(await store.load(GUILD_ID)).toMatchObject({ settings: defaultSettings, revision: 0 });
    expect(store.get(GUILD_ID)).toBe(await store.load(GUILD_ID));
    expect(await database.db.selectFrom('guild_settings').selectAll().execute()).toEqual([]);
  });

  it('are the same after a restart, with their filter', async () => {
    const { now } = await store.change(GUILD_ID, MODERATOR_ID, (settings) => ({
      ...addWord('rose')(settings),
      limits: { ...settings.limits, roles: { [ROLES[0]]: { imagesPerDay: -1, maxMegapixels: 1.5 } } },
      pause: { reason: 'an event', byId: MODERATOR_ID, atMs: 5 },
    }));
    expect(store.get(GUILD_ID)).toBe(now);
    await database.close();
    const again = new SettingsStore(await openForTest(url));
    const loaded = await again.load(GUILD_ID);
    expect(loaded.settings).toEqual(now.settings);
    expect(loaded.revision).toBe(1);
    expect(loaded.filter.find('a ROSE')).toBe('rose');
  });

  it('keep all of many simultaneous changes', async () => {
    const others = new SettingsStore(database);
    await others.load(GUILD_ID);
    const words = Array.from({ length: 20 }, (_, index) => `word ${index}`);
    await Promise.all(
      words.map((word, index) => (index % 2 === 0 ? store : others).change(GUILD_ID, MODERATOR_ID, addWord(word))),
    );
    const fresh = await new SettingsStore(database).load(GUILD_ID);
    expect(fresh.settings.filterWords.toSorted()).toEqual(words.toSorted());
    expect(fresh.revision).toBe(20);
  });

  it('do not fall back to what was read before they changed', async () => {
    await store.change(GUILD_ID, MODERATOR_ID, addWord('first'));
    const late = new SettingsStore(database);
    const loading = late.load(GUILD_ID);
    await late.change(GUILD_ID, MODERATOR_ID, addWord('second'));
    await loading;
    expect(late.get(GUILD_ID)?.settings.filterWords).toEqual(['first', 'second']);
  });

  it('stay unchanged when a change is not allowed, or throws', async () => {
    await store.change(GUILD_ID, MODERATOR_ID, addWord('rose'));
    const tooMany = (settings: Settings) => ({ ...settings, filterWords: Array.from({ length: 501 }, String) });
    await expect(store.change(GUILD_ID, MODERATOR_ID, tooMany)).rejects.toThrow('filterWords');
    const refuse = () => {
      throw new Error('the list is full');
    };
    await expect(store.change(GUILD_ID, MODERATOR_ID, refuse)).rejects.toThrow('the list is full');
    expect(store.get(GUILD_ID)).toMatchObject({ revision: 1, settings: { filterWords: ['rose'] } });
    expect(await store.history(GUILD_ID)).toHaveLength(1);
  });

  it('keep keys that only a newer release knows', async () => {
    const settings = {
      version: 7,
      mood: 'blue',
      safety: { spoilers: true, blur: 3 },
      limits: { everyone: { maxFun: 1 } },
    };
    await database.db
      .insertInto('guild_settings')
      .values({ guild_id: GUILD_ID, version: 7, revision: 4, settings: JSON.stringify(settings) })
      .execute();
    await store.change(GUILD_ID, MODERATOR_ID, addWord('rose'));
    const row = await database.db.selectFrom('guild_settings').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ version: 7, revision: 5 });
    expect(JSON.parse(row.settings)).toMatchObject({ ...settings, filterWords: ['rose'] });
  });

  it('are not guessed when the row can’t be read', async () => {
    const values = { guild_id: GUILD_ID, version: 1, revision: 1, settings: '{"blocks":"none"}' };
    await database.db.insertInto('guild_settings').values(values).execute();
    await expect(store.load(GUILD_ID)).rejects.toThrow('blocks');
    expect(store.get(GUILD_ID)).toBeUndefined();
  });

  it('are erased with their history', async () => {
    await store.change(GUILD_ID, MODERATOR_ID, addWord('rose'));
    await store.change(OTHER_ID, MODERATOR_ID, addWord('rose'));
    await store.eraseGuild(GUILD_ID);
    expect(await store.load(GUILD_ID)).toMatchObject({ revision: 0 });
    expect(await store.history(GUILD_ID)).toEqual([]);
    expect(await store.history(OTHER_ID)).toHaveLength(1);
  });
});

describe('history', () => {
  it('has who changed what, and when, the latest first', async () => {
    const beforeMs = Date.now();
    await store.change(GUILD_ID, MODERATOR_ID, addWord('rose'));
    await store.change(GUILD_ID, OTHER_ID, (settings) => ({
      ...settings,
      filterWords: ['tulip'],
      limits: { ...settings.limits, everyone: { maxSteps: 50 } },
      safety: { ...settings.safety, spoilers: true },
    }));
    await store.change(GUILD_ID, MODERATOR_ID, () => defaultSettings);
    const history = await store.history(GUILD_ID);
    expect(history.map(({ revision, byId, changes }) => ({ revision, byId, changes }))).toEqual([
      {
        revision: 3,
        byId: MODERATOR_ID,
        changes: [
          { setting: 'limits.everyone.maxSteps', from: 50 },
          { setting: 'safety.spoilers', from: true, to: false },
          { setting: 'filterWords', added: [], removed: ['tulip'] },
        ],
      },
      {
        revision: 2,
        byId: OTHER_ID,
        changes: [
          { setting: 'limits.everyone.maxSteps', to: 50 },
          { setting: 'safety.spoilers', from: false, to: true },
          { setting: 'filterWords', added: ['tulip'], removed: ['rose'] },
        ],
      },
      { revision: 1, byId: MODERATOR_ID, changes: [{ setting: 'filterWords', added: ['rose'], removed: [] }] },
    ]);
    for (const { atMs } of history) expect(atMs).toBeGreaterThanOrEqual(beforeMs);
  });

  it('has the time of a server’s last change', async () => {
    expect(await store.lastUse(GUILD_ID)).toBeUndefined();
    for (const word of ['rose', 'tulip']) await store.change(GUILD_ID, MODERATOR_ID, addWord(word));
    const [latest] = await store.history(GUILD_ID);
    expect(await store.lastUse(GUILD_ID)).toBe(latest?.atMs);
  });

  it('has no entry for a change that changes nothing', async () => {
    const { changes } = await store.change(GUILD_ID, MODERATOR_ID, (settings) => ({ ...settings }));
    expect(changes).toEqual([]);
    expect(await store.history(GUILD_ID)).toEqual([]);
    expect(store.get(GUILD_ID)?.revision).toBe(0);
  });

  it('shows the last 25', async () => {
    for (let index = 0; index < 27; index += 1) await store.change(GUILD_ID, MODERATOR_ID, addWord(`word ${index}`));
    const history = await store.history(GUILD_ID);
    expect(history.map(({ revision }) => revision)).toEqual(Array.from({ length: 25 }, (_, index) => 27 - index));
  });
});

it.skipIf(ON_POSTGRES)('reads a database of the previous release', async () => {
  const url = await newUrl();
  const older = await openDatabase(url, { migrations: MIGRATIONS.slice(0, 1) });
  await older.close();
  const newer = await openForTest(url);
  expect(await new SettingsStore(newer).load(GUILD_ID)).toMatchObject({ revision: 0 });
});
