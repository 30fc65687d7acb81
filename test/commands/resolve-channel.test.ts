import { REST } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { type InvokerFacts, readInvoker } from '../../src/commands/invoker.ts';
import { resolveChannel } from '../../src/commands/resolve-channel.ts';
import { ThreadParents } from '../../src/delivery/thread-parents.ts';
import type { Settings } from '../../src/settings/schema.ts';
import {
  CATEGORY_ID,
  CHANNEL_ID,
  GUILD_ID,
  MEMBER_ID,
  parseSettings,
  ROLES,
  THREAD_ID,
} from '../support/settings-fixtures.ts';

const invoker: InvokerFacts = {
  userId: MEMBER_ID,
  roleIds: [],
  permissions: 0n,
  guildId: GUILD_ID,
  channel: { id: CHANNEL_ID, type: 0, parentId: CATEGORY_ID, isAgeRestricted: true },
  botPermissions: 0n,
  namedChannels: new Map(),
};
const inThread: InvokerFacts = { ...invoker, channel: { id: THREAD_ID, type: 11, parentId: CHANNEL_ID } };
const noRules = parseSettings({});
const rules = parseSettings({ channels: { deny: [CATEGORY_ID] } });

/** How often Discord was asked, and for what; `answer` is what it says. */
function restWith(answer: () => Promise<Response>) {
  const asked: string[] = [];
  const rest = new REST({
    retries: 0,
    makeRequest: async (url) => {
      asked.push(new URL(url).pathname);
      // What discord.js reads of an answer is the same in undici's and in Node's own.
      return (await answer()) as unknown as Awaited<ReturnType<REST['options']['makeRequest']>>;
    },
  }).setToken('token');
  return { rest, asked };
}

async function place(
  from: InvokerFacts,
  settings: Settings,
  answer: () => Promise<Response> = async () => Response.json({}),
) {
  const { rest, asked } = restWith(answer);
  const parents = new ThreadParents(rest);
  return { ...(await resolveChannel(from, settings, (channelId) => parents.find(channelId))), asked: asked.length };
}

describe('resolveChannel', () => {
  it('takes a channel and its category from the payload', async () => {
    const placeIds = [CHANNEL_ID, CATEGORY_ID];
    expect(await place(invoker, rules)).toEqual({ placeIds, isComplete: true, isAgeRestricted: true, asked: 0 });
  });

  it('asks for what a thread hangs in, where the server has rules', async () => {
    const answer = async () => Response.json({ id: CHANNEL_ID, parent_id: CATEGORY_ID, nsfw: true });
    const placeIds = [THREAD_ID, CHANNEL_ID, CATEGORY_ID];
    expect(await place(inThread, rules, answer)).toEqual({
      placeIds,
      isComplete: true,
      isAgeRestricted: true,
      asked: 1,
    });
    expect(await place(inThread, noRules, answer)).toMatchObject({ isComplete: false, asked: 0 });
  });

  it.each([
    ['refuses', async () => Response.json({ code: 50_001, message: 'Missing Access' }, { status: 403 })],
    ['breaks off', async () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))],
    ['keeps silent', () => new Promise<Response>(() => {})],
  ])('knows that a thread’s place is unknown when Discord %s', async (_, answer) => {
    const placeIds = [THREAD_ID, CHANNEL_ID];
    const found = { placeIds, isComplete: false, isAgeRestricted: undefined };
    expect(await place(inThread, rules, answer as () => Promise<Response>)).toMatchObject(found);
  });

  it('asks once for what several want to know at the same time, and anew afterwards', async () => {
    const { rest, asked } = restWith(async () => Response.json({ id: CHANNEL_ID, parent_id: CATEGORY_ID, nsfw: true }));
    const parents = new ThreadParents(rest);
    const find = () => resolveChannel(inThread, rules, (channelId) => parents.find(channelId));
    const places = await Promise.all([find(), find(), find()]);
    expect(places.every(({ isComplete }) => isComplete)).toBe(true);
    expect(asked).toHaveLength(1);
    await find();
    expect(asked).toHaveLength(2);
  });

  it('asks for a channel itself whose payload does not say what it stands in', async () => {
    const { parentId: _, ...channel } = invoker.channel;
    const answer = async () => Response.json({ id: CHANNEL_ID, parent_id: CATEGORY_ID, nsfw: false });
    const placeIds = [CHANNEL_ID, CATEGORY_ID];
    const found = { placeIds, isComplete: true, isAgeRestricted: false, asked: 1 };
    expect(await place({ ...invoker, channel }, rules, answer)).toEqual(found);
    const alone = { ...invoker, channel: { ...channel, parentId: null } };
    expect(await place(alone, rules, answer)).toMatchObject({ placeIds: [CHANNEL_ID], isComplete: true, asked: 0 });
  });

  it('has no place in direct messages', async () => {
    const { guildId: _, ...direct } = invoker;
    expect(await place(direct, rules)).toMatchObject({ placeIds: [], isComplete: true });
  });
});

describe('readInvoker', () => {
  // The fields that are read of a payload; Discord sends many more.
  const payload = {
    id: '1',
    guild_id: GUILD_ID,
    member: { user: { id: MEMBER_ID }, roles: [ROLES[0]], permissions: String(1n << 40n) },
    channel: { id: CHANNEL_ID, type: 0, parent_id: null, nsfw: false },
    app_permissions: '8',
  } as unknown as Parameters<typeof readInvoker>[0];

  it('reads who and where from the payload itself', () => {
    expect(readInvoker(payload)).toEqual({
      userId: MEMBER_ID,
      roleIds: [ROLES[0]],
      permissions: 1n << 40n,
      guildId: GUILD_ID,
      channel: { id: CHANNEL_ID, type: 0, parentId: null, isAgeRestricted: false },
      botPermissions: 8n,
      namedChannels: new Map(),
    });
  });

  it('reads where the files of the pressed message are', () => {
    const pressed = (message: object) => readInvoker({ ...payload, message } as unknown as typeof payload)?.fileUrls;
    expect(pressed({ attachments: [{ url: 'https://cdn.test/1?ex=1' }, { url: 'https://cdn.test/2?ex=1' }] })).toEqual([
      'https://cdn.test/1?ex=1',
      'https://cdn.test/2?ex=1',
    ]);
    expect(pressed({})).toEqual([]);
  });

  it('reads what the member may do in channels that options name', () => {
    const channels = { [CHANNEL_ID]: { type: 0, permissions: '3072' }, [THREAD_ID]: { type: 11 } };
    const naming = { ...payload, data: { resolved: { channels } } } as unknown as typeof payload;
    expect(readInvoker(naming)?.namedChannels).toEqual(
      new Map([
        [CHANNEL_ID, { type: 0, permissions: 3072n }],
        [THREAD_ID, { type: 11, permissions: 0n }],
      ]),
    );
  });

  it('knows nothing of an interaction without a user or a channel', () => {
    expect(readInvoker({ ...payload, member: undefined } as unknown as typeof payload)).toBeUndefined();
    expect(readInvoker({ ...payload, channel: undefined } as unknown as typeof payload)).toBeUndefined();
  });
});
