import { beforeEach, describe, expect, it } from 'vitest';
import { addBlock, type NewBlock } from '../../src/commands/block-member.ts';
import type { Job } from '../../src/jobs/job.ts';
import type { ModLogEntry } from '../../src/replies/mod-log/message.ts';
import { SETTINGS_LIMITS } from '../../src/settings/schema.ts';
import { SettingsStore } from '../../src/settings/store.ts';
import { makeJob, recordedLog, refusal } from '../support/job-fixtures.ts';
import { GUILD_ID, MEMBER_ID, MODERATOR_ID, OTHER_ID, ROLES } from '../support/settings-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const BOT_ID = '500000000000000001';
const THIRD_ID = '100000000000000009';

let settings: SettingsStore;
beforeEach(async () => {
  settings = new SettingsStore(await openForTest(await newUrl()));
});

const jobOf = (requesterId: string, number: number) =>
  makeJob({ id: String(number).padStart(13, '0'), requesterId, guildId: GUILD_ID });

/** A server with jobs in line whose requesters have these roles; an Error is what Discord answers in their place. */
function open(waiting: readonly Job[] = [], rolesOf: Readonly<Record<string, readonly string[] | Error>> = {}) {
  const cancelled: string[] = [];
  const noted: [string, ModLogEntry][] = [];
  const asked: string[] = [];
  const started = new Set<string>();
  const jobs = {
    waitingIn: (guildId: string) => (guildId === GUILD_ID ? [...waiting] : []),
    cancel: (id: string, by: string) => {
      if (started.has(id)) return false;
      cancelled.push(`${id.replace(/^0+/, '')} by ${by}`);
      return true;
    },
    // Blocking needs none of these.
    refusal: () => undefined,
    accept: () => Promise.reject(new Error('not asked')),
    find: async () => undefined,
    redeliver: async () => false,
    queuePlaces: new Map(),
  };
  const rest = {
    get: async (route: string) => {
      asked.push(route);
      const roles = rolesOf[route.split('/').at(-1) ?? ''] ?? refusal(404, 10_007);
      if (roles instanceof Error) throw roles;
      return { roles, nick: null, user: { id: '', username: 'x', global_name: null } };
    },
  };
  const modLog = {
    note: (guildId: string, entry: ModLogEntry) => {
      noted.push([guildId, entry]);
    },
    troubleOf: () => undefined,
  };
  const block = (given: NewBlock) =>
    addBlock(
      {
        context: { jobs, settings, modLog, log: recordedLog().log },
        invoker: { userId: MODERATOR_ID, guildId: GUILD_ID },
        rest,
        botId: BOT_ID,
      },
      given,
    );
  return { block, cancelled, noted, asked, started };
}

const blocks = async () => (await settings.load(GUILD_ID)).settings.blocks;
const earlier = (change: object) => ({
  kind: 'member' as const,
  id: OTHER_ID,
  byId: MODERATOR_ID,
  atMs: 1,
  ...change,
});
const setBlocks = (list: ReturnType<typeof earlier>[]) =>
  settings.change(GUILD_ID, MODERATOR_ID, (before) => ({ ...before, blocks: list }));

describe('addBlock', () => {
  it('stores who, why, until when and by whom, and tells the log channel', async () => {
    const { block, noted } = open();
    const untilMs = Date.now() + 60_000;
    const outcome = await block({ kind: 'member', id: MEMBER_ID, name: 'Mal', untilMs, reason: 'spam' });
    expect(outcome).toEqual({ cancelled: 0, unchecked: 0 });
    expect(await blocks()).toEqual([
      {
        kind: 'member',
        id: MEMBER_ID,
        name: 'Mal',
        untilMs,
        reason: 'spam',
        byId: MODERATOR_ID,
        atMs: expect.any(Number),
      },
    ]);
    expect(noted).toEqual([
      [
        GUILD_ID,
        {
          kind: 'settings',
          byId: MODERATOR_ID,
          changes: [{ setting: 'blocks', added: await blocks(), removed: [] }],
        },
      ],
    ]);
  });

  it('replaces an earlier block of the same, drops those that have ended, and keeps the rest', async () => {
    await setBlocks([
      earlier({ id: MEMBER_ID, reason: 'old', untilMs: Date.now() + 60_000 }),
      earlier({ untilMs: Date.now() - 1 }),
      earlier({ id: THIRD_ID }),
      earlier({ kind: 'role', id: ROLES[0], untilMs: Date.now() + 60_000 }),
    ]);
    await open().block({ kind: 'member', id: MEMBER_ID });
    expect((await blocks()).map(({ id, reason, untilMs }) => [id, reason, untilMs !== undefined])).toEqual([
      [THIRD_ID, undefined, false],
      [ROLES[0], undefined, true],
      [MEMBER_ID, undefined, false],
    ]);
  });

  it('cuts a long name, and leaves out what nobody can see', async () => {
    await open().block({ kind: 'member', id: MEMBER_ID, name: `\u202e${'👩‍👩‍👧 '.repeat(60)}` });
    const [block] = await blocks();
    expect(block?.name?.length).toBeLessThanOrEqual(100);
    expect(block?.name).toMatch(/^👩‍👩‍👧 👩‍👩‍👧.*…$/u);
  });

  it.each([
    ['@everyone', { kind: 'role' as const, id: GUILD_ID }, 'everyone'],
    ['the bot', { kind: 'member' as const, id: BOT_ID }, 'bot'],
  ])('does not block %s', async (_, given, problem) => {
    const { block, noted } = open([jobOf(MEMBER_ID, 1)], { [MEMBER_ID]: [GUILD_ID] });
    expect(await block(given)).toEqual({ problem });
    expect(await blocks()).toEqual([]);
    expect(noted).toEqual([]);
  });

  it('has no more blocks than the settings take, but replaces one and counts none that has ended', async () => {
    const full = Array.from({ length: SETTINGS_LIMITS.blocks }, (_, number) =>
      earlier({ id: String(10n ** 17n + 100n + BigInt(number)) }),
    );
    await setBlocks(full);
    const { block, cancelled } = open([jobOf(MEMBER_ID, 1)]);
    expect(await block({ kind: 'member', id: MEMBER_ID })).toEqual({ problem: 'full' });
    expect(cancelled).toEqual([]);
    expect(await block({ kind: 'member', id: full[0]?.id ?? '' })).toEqual({ cancelled: 0, unchecked: 0 });
    expect(await blocks()).toHaveLength(SETTINGS_LIMITS.blocks);
    await setBlocks([...full.slice(1), earlier({ untilMs: 5 })]);
    expect(await block({ kind: 'member', id: MEMBER_ID })).toEqual({ cancelled: 1, unchecked: 0 });
  });

  it('cancels what a blocked member has waiting, and nothing of others', async () => {
    const { block, cancelled, asked } = open([jobOf(MEMBER_ID, 1), jobOf(OTHER_ID, 2), jobOf(MEMBER_ID, 3)]);
    expect(await block({ kind: 'member', id: MEMBER_ID })).toEqual({ cancelled: 2, unchecked: 0 });
    expect(cancelled).toEqual([`1 by ${MODERATOR_ID}`, `3 by ${MODERATOR_ID}`]);
    expect(asked).toEqual([]);
  });

  it('does not count what got its turn meanwhile', async () => {
    const { block, started } = open([jobOf(MEMBER_ID, 1)]);
    started.add(jobOf(MEMBER_ID, 1).id);
    expect(await block({ kind: 'member', id: MEMBER_ID })).toEqual({ cancelled: 0, unchecked: 0 });
  });

  it('asks Discord once for the roles of each who waits, and says of how many it learned none', async () => {
    const waiting = [jobOf(MEMBER_ID, 1), jobOf(OTHER_ID, 2), jobOf(MEMBER_ID, 3), jobOf(THIRD_ID, 4)];
    const { block, cancelled, asked } = open(waiting, { [MEMBER_ID]: [ROLES[1], ROLES[0]], [OTHER_ID]: [ROLES[1]] });
    expect(await block({ kind: 'role', id: ROLES[0] })).toEqual({ cancelled: 2, unchecked: 1 });
    expect(cancelled).toEqual([`1 by ${MODERATOR_ID}`, `3 by ${MODERATOR_ID}`]);
    expect(asked).toEqual([MEMBER_ID, OTHER_ID, THIRD_ID].map((id) => `/guilds/${GUILD_ID}/members/${id}`));
  });
});
