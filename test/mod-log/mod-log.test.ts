import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REST } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobState } from '../../src/jobs/job.ts';
import { createModLog } from '../../src/mod-log/mod-log.ts';
import type { ModLogEntry } from '../../src/replies/mod-log/message.ts';
import { brokenConnection, makeJob, recordedLog, refusal } from '../support/job-fixtures.ts';

const GUILD = '400000000000000001';
const CHANNEL = '300000000000000001';
const OTHER_CHANNEL = '300000000000000002';
const MEMBER = '100000000000000001';
const OTHERS = ['100000000000000002', '100000000000000003'] as const;

const delivered: JobState = {
  name: 'delivered',
  submittedAtMs: 0,
  renderedAtMs: 1,
  imageCount: 1,
  imageUrls: [],
  imageFiles: [],
};

const finished = (number = 1, prompt = 'a red rose'): ModLogEntry => {
  const { parameters } = makeJob();
  const id = String(number).padStart(13, '0');
  return { kind: 'finished', job: makeJob({ id, state: delivered, parameters: { ...parameters, prompt } }) };
};
const refused = (memberId = MEMBER): ModLogEntry => ({
  kind: 'refused',
  memberId,
  channelId: CHANNEL,
  isPrivate: false,
  text: 'a red rose',
  reason: { name: 'private_not_allowed' },
});
const channelChanged: ModLogEntry = {
  kind: 'settings',
  byId: MEMBER,
  changes: [{ setting: 'logChannelId', from: CHANNEL, to: OTHER_CHANNEL }],
};

interface Post {
  readonly atMs: number;
  readonly channelId: string;
  readonly nonce: string;
  readonly body: Record<string, unknown>;
  readonly files: readonly string[];
  /** All that can be read. */
  readonly text: string;
}

/** A log over a fake Discord that takes 50 ms for a post, and fails as `fail` says. */
function open({
  fail = () => undefined,
  channelOf = async () => CHANNEL,
  takePreview = () => undefined,
}: {
  fail?: (post: Post, nth: number) => Error | undefined;
  channelOf?: (guildId: string) => Promise<string | undefined>;
  takePreview?: (jobId: string) => Buffer | undefined;
} = {}) {
  const posts: Post[] = [];
  const { log, lines } = recordedLog();
  let underWay = 0;
  let mostAtOnce = 0;
  const post: REST['post'] = async (route, options = {}) => {
    // True: the log posts JSON objects.
    const body = options.body as Record<string, unknown>;
    const [, , channelId = ''] = route.split('/');
    const text = JSON.stringify([body['content'], body['embeds']]);
    const files = options.files?.map(({ name }) => name) ?? [];
    const made = { atMs: Date.now(), channelId, nonce: String(body['nonce']), body, files, text };
    posts.push(made);
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    await new Promise((resolve) => setTimeout(resolve, 50));
    underWay -= 1;
    const error = fail(made, posts.length);
    if (error) throw error;
    return {};
  };
  const modLog = createModLog({ rest: { post }, channelOf, takePreview, log });
  return { modLog, posts, lines, mostAtOnce: () => mostAtOnce };
}

const embedsOf = ({ body }: Post) => body['embeds'] as unknown[];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('the log of a server', () => {
  it('shows previews of images with the entries, and does without when Discord rejects files', async () => {
    const previews = new Map([['0000000000002', Buffer.from('two')]]);
    const { modLog, posts } = open({
      fail: ({ files }) => (files.length > 0 ? refusal(403, 50_013) : undefined),
      takePreview: (jobId) => previews.get(jobId),
    });
    modLog.note(GUILD, finished(1));
    modLog.note(GUILD, finished(2));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts.map(({ files }) => files)).toEqual([['2.webp'], []]);
    expect(posts[0]?.body['attachments']).toEqual([
      { id: '0', filename: '2.webp', description: 'Preview of reference 0000000000002: a red rose' },
    ]);
    expect(posts[1]?.body).toMatchObject({ attachments: [], content: expect.stringContaining('Previews and') });
  });

  it('waits 5 s for what belongs into the same message', async () => {
    const { modLog, posts } = open();
    modLog.note(GUILD, finished(1, 'first'));
    await vi.advanceTimersByTimeAsync(4_900);
    modLog.note(GUILD, finished(2, 'second'));
    expect(posts).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toHaveLength(1);
    expect(posts[0]?.channelId).toBe(CHANNEL);
    expect(posts[0]?.text).toMatch(/first.*second/);
    expect(posts[0]?.body).toMatchObject({ allowed_mentions: { parse: [] }, enforce_nonce: true });
    expect(posts[0]?.nonce).toMatch(/^[\w-]{1,25}$/);
  });

  it('posts what fits, and the rest each 5 s, in order, each message with a nonce of its own', async () => {
    const { modLog, posts } = open();
    for (let number = 1; number <= 12; number += 1) modLog.note(GUILD, finished(number, `image ${number}.`));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts.map((post) => embedsOf(post).length)).toEqual([5, 5, 2]);
    expect(posts.map(({ text }) => /image (\d+)\./.exec(text)?.[1])).toEqual(['1', '6', '11']);
    for (const [index, { atMs }] of posts.slice(1).entries())
      expect(atMs - (posts[index]?.atMs ?? 0)).toBeGreaterThanOrEqual(5_000);
    expect(new Set(posts.map(({ nonce }) => nonce)).size).toBe(3);
  });

  it('counts repeated refusals of a member as one', async () => {
    const { modLog, posts } = open();
    for (let time = 0; time < 7; time += 1) modLog.note(GUILD, refused());
    modLog.note(GUILD, refused('100000000000000002'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts).toHaveLength(1);
    expect(posts[0]?.text).toContain('(7 times)');
    expect(posts[0]?.text.match(/times/g)).toHaveLength(1);
  });

  it('names all who report the same image', async () => {
    const { job } = finished() as Extract<ModLogEntry, { kind: 'finished' }>;
    const { posts, modLog } = open();
    for (const byId of [MEMBER, OTHERS[0], OTHERS[0], OTHERS[1]])
      modLog.note(GUILD, { kind: 'reported', job, messageId: '9', byIds: [byId] });
    await vi.advanceTimersByTimeAsync(6_000);
    const said = `Reported by <@${MEMBER}>, <@${OTHERS[0]}>, and <@${OTHERS[1]}>.`;
    expect(posts.map(({ text }) => text)).toEqual([expect.stringContaining(said)]);
  });

  it('drops the oldest refusals when too many wait, and says how many', async () => {
    const { modLog, posts } = open();
    modLog.note(GUILD, finished());
    for (let member = 0; member < 80; member += 1) modLog.note(GUILD, refused(String(10n ** 17n + BigInt(member))));
    await vi.advanceTimersByTimeAsync(120_000);
    const all = posts.map(({ text }) => text).join();
    expect(posts[0]?.text).toContain('31 earlier entries are missing');
    expect(posts.filter(({ text }) => text.includes('missing'))).toHaveLength(1);
    expect(all).toContain('a red rose');
    expect(all).toContain('Delivered');
    expect(all.match(/Refused/g)).toHaveLength(49);
    expect(all).not.toContain(String(10n ** 17n + 30n));
    expect(all).toContain(String(10n ** 17n + 31n));
  });

  it('drops the oldest of all when none of them is a refusal', async () => {
    const { modLog, posts } = open();
    for (let number = 1; number <= 52; number += 1) modLog.note(GUILD, finished(number, `image ${number}.`));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(posts[0]?.text).toContain('2 earlier entries are missing');
    expect(posts[0]?.text).toContain('image 3.');
    expect(posts).toHaveLength(10);
  });

  it('has one post under way at a time, however slow Discord is', async () => {
    let release = () => {};
    const posts: unknown[] = [];
    const modLog = createModLog({
      rest: {
        post: async (_route, options) => {
          posts.push(options);
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          return {};
        },
      },
      channelOf: async () => CHANNEL,
      takePreview: () => undefined,
      log: recordedLog().log,
    });
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(5_000);
    modLog.note(GUILD, finished(2));
    await vi.advanceTimersByTimeAsync(14_000);
    expect(posts).toHaveLength(1);
    release();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(posts).toHaveLength(2);
    release();
    await vi.advanceTimersByTimeAsync(60_000);
  });
});

describe('where there is no log channel', () => {
  it('posts nothing, and nothing later of what was', async () => {
    let channelId: string | undefined;
    const { modLog, posts } = open({ channelOf: async () => channelId });
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(10_000);
    channelId = CHANNEL;
    modLog.note(GUILD, channelChanged);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toHaveLength(1);
    expect(posts[0]?.text).not.toContain('a red rose');
  });

  it('asks at the moment of posting', async () => {
    let channelId: string | undefined = CHANNEL;
    const { modLog, posts } = open({ channelOf: async () => channelId });
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(4_999);
    channelId = OTHER_CHANNEL;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts.map((post) => post.channelId)).toEqual([OTHER_CHANNEL]);
  });

  it('forgets what waits, with a line in the log, when they can’t be read', async () => {
    const { modLog, posts, lines } = open({ channelOf: () => Promise.reject(new Error('the disk is full')) });
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toEqual([]);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([[50, 'log channel lookup failed']]);
  });

  it('takes no turns from servers that have one', async () => {
    const { modLog, posts } = open({ channelOf: async (guildId) => (guildId === GUILD ? CHANNEL : undefined) });
    for (let number = 0; number < 1_000; number += 1) modLog.note(String(10n ** 17n + BigInt(number)), finished());
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(5_100);
    expect(posts).toHaveLength(1);
  });
});

describe('the logs of many servers', () => {
  it('post 5 messages a second together, evenly, and each server gets its turn', async () => {
    const { modLog, posts } = open({ channelOf: async (guildId) => guildId });
    const guilds = Array.from({ length: 100 }, (_, number) => String(10n ** 17n + BigInt(number)));
    for (let round = 0; round < 3; round += 1) {
      for (const guild of guilds) modLog.note(guild, refused());
      await vi.advanceTimersByTimeAsync(10_000);
    }
    await vi.advanceTimersByTimeAsync(60_000);
    for (const { atMs } of posts) {
      expect(posts.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000).length).toBeLessThanOrEqual(5);
    }
    for (const guild of guilds) {
      const own = posts.filter(({ channelId }) => channelId === guild);
      expect(own.length).toBeGreaterThanOrEqual(1);
      const told = own.reduce((sum, { text }) => sum + Number(/\((\d) times\)/.exec(text)?.[1] ?? 1), 0);
      expect(told).toBe(3);
    }
  });
});

describe('trouble that passes', () => {
  it('has the same message sent again, by the same nonce, and keeps the order', async () => {
    const { modLog, posts, lines } = open({ fail: (_, nth) => (nth <= 2 ? brokenConnection() : undefined) });
    modLog.note(GUILD, finished(1, 'first'));
    await vi.advanceTimersByTimeAsync(6_000);
    modLog.note(GUILD, finished(2, 'second'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts.map(({ text }) => (text.includes('first') ? 'first' : 'second'))).toEqual([
      'first',
      'first',
      'first',
      'second',
    ]);
    expect(new Set(posts.slice(0, 3).map(({ nonce, text }) => nonce + text)).size).toBe(1);
    expect(posts[3]?.nonce).not.toBe(posts[0]?.nonce);
    expect(posts[3]?.text).not.toContain('missing');
    expect(lines).toEqual([]);
    expect(modLog.troubleOf(GUILD)).toBeUndefined();
  });

  it('costs a message after four tries, which the operator’s log and the next message tell', async () => {
    const { modLog, posts, lines } = open({ fail: (_, nth) => (nth <= 4 ? refusal(429, 20_028) : undefined) });
    for (let time = 0; time < 3; time += 1) modLog.note(GUILD, refused());
    await vi.advanceTimersByTimeAsync(120_000);
    expect(posts).toHaveLength(4);
    expect(lines).toEqual([expect.objectContaining({ level: 40, msg: 'mod log message dropped', entries: 3 })]);
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts).toHaveLength(5);
    expect(posts[4]?.text).toContain('3 earlier entries are missing');
    expect(modLog.troubleOf(GUILD)).toBeUndefined();
  });

  it('is also a call that doesn’t end', async () => {
    let calls = 0;
    const { log, lines } = recordedLog();
    const modLog = createModLog({
      rest: {
        post: (_route, options) => {
          calls += 1;
          return new Promise((resolve, reject) => {
            if (calls > 1) resolve({});
            // As discord.js does where it waits for a rate limit.
            options?.signal?.addEventListener('abort', () => reject(new Error('Request aborted manually')));
          });
        },
      },
      channelOf: async () => CHANNEL,
      takePreview: () => undefined,
      log,
    });
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toBe(2);
    expect(lines).toEqual([]);
  });
});

describe('a file with long prompts', () => {
  const long = finished(1, 'a red rose '.repeat(200));

  it.each([
    [403, 50_013],
    [403, 400_001],
    [403, 20_009],
    [413, 40_005],
    [400, 50_045],
  ])('is left out where Discord refuses it by %i with code %i, which the message tells', async (status, code) => {
    const { modLog, posts, lines } = open({
      fail: ({ files }) => (files.length > 0 ? refusal(status, code) : undefined),
    });
    modLog.note(GUILD, long);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts.map(({ files }) => files)).toEqual([['prompts.txt'], []]);
    expect(posts[1]?.text).toContain('Discord rejected the file');
    expect(posts[1]?.text).toContain('a red rose');
    expect(modLog.troubleOf(GUILD)).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('comes along again where there was only trouble', async () => {
    const { modLog, posts } = open({ fail: (_, nth) => (nth === 1 ? brokenConnection() : undefined) });
    modLog.note(GUILD, long);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts.map(({ files }) => files)).toEqual([['prompts.txt'], ['prompts.txt']]);
  });

  it('is not what a channel that is gone is told of', async () => {
    const { modLog, posts } = open({ fail: () => refusal(404, 10_003) });
    modLog.note(GUILD, long);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts).toHaveLength(1);
    expect(modLog.troubleOf(GUILD)).toEqual({ name: 'channel_gone', channelId: CHANNEL });
  });
});

describe('a refusal', () => {
  it.each([
    [404, 10_003, { name: 'channel_gone' }],
    [403, 50_001, { name: 'no_access' }],
    [403, 50_013, { name: 'no_access' }],
    [400, 50_083, { name: 'other', code: 50_083 }],
  ])('of %i with code %i is trouble until Discord takes a message', async (status, code, trouble) => {
    let isRefused = true;
    const { modLog, posts, lines } = open({ fail: () => (isRefused ? refusal(status, code) : undefined) });
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts).toHaveLength(1);
    expect(modLog.troubleOf(GUILD)).toEqual({ ...trouble, channelId: CHANNEL });
    expect(lines.map(({ level }) => level)).toEqual([40]);
    isRefused = false;
    modLog.note(GUILD, finished(2));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toHaveLength(2);
    expect(posts[1]?.text).toContain('1 earlier entry is missing');
    expect(modLog.troubleOf(GUILD)).toBeUndefined();
  });

  it('is met at most once a minute, whatever happens', async () => {
    const { modLog, posts } = open({ fail: () => refusal(403, 50_001) });
    for (let second = 0; second < 600; second += 1) {
      modLog.note(GUILD, finished(second));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await vi.advanceTimersByTimeAsync(600_000);
    expect(posts.length).toBeLessThanOrEqual(21);
    expect(posts.length).toBeGreaterThanOrEqual(10);
  });

  it('is forgotten, with its pause, as soon as another channel is the log', async () => {
    let channelId = CHANNEL;
    const { modLog, posts } = open({
      channelOf: async () => channelId,
      fail: (post) => (post.channelId === CHANNEL ? refusal(403, 50_001) : undefined),
    });
    modLog.note(GUILD, finished(1));
    await vi.advanceTimersByTimeAsync(6_000);
    modLog.note(GUILD, finished(2, 'meanwhile'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(modLog.troubleOf(GUILD)).toBeDefined();
    channelId = OTHER_CHANNEL;
    modLog.note(GUILD, channelChanged);
    expect(modLog.troubleOf(GUILD)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(5_100);
    expect(posts.map((post) => post.channelId)).toEqual([CHANNEL, OTHER_CHANNEL]);
    expect(posts[1]?.text).toContain('meanwhile');
  });

  it('by the channel before says nothing of the new one', async () => {
    let channelId = CHANNEL;
    const { modLog, posts } = open({ channelOf: async () => channelId, fail: () => refusal(403, 50_001) });
    modLog.note(GUILD, finished(1));
    await vi.advanceTimersByTimeAsync(5_010);
    expect(posts).toHaveLength(1);
    channelId = OTHER_CHANNEL;
    modLog.note(GUILD, channelChanged);
    await vi.advanceTimersByTimeAsync(100);
    expect(modLog.troubleOf(GUILD)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(modLog.troubleOf(GUILD)?.channelId).toBe(OTHER_CHANNEL);
  });

  it('of ours, an error in the code, costs one message and is logged as such', async () => {
    const { modLog, lines } = open({ fail: () => new TypeError('x is not a function') });
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines).toEqual([expect.objectContaining({ level: 50 })]);
    expect(modLog.troubleOf(GUILD)).toBeUndefined();
  });

  it('leaves no prompt in the operator’s log', async () => {
    const { modLog, lines } = open({ fail: () => refusal(403, 50_001) });
    modLog.note(GUILD, finished(1, 'a secret garden'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});

describe('a stop', () => {
  it('posts at once what waits in all servers, and nothing after it', async () => {
    const { modLog, posts, lines } = open();
    for (let number = 0; number < 30; number += 1) modLog.note(String(10n ** 17n + BigInt(number)), finished());
    const stopped = modLog.stop();
    await vi.advanceTimersByTimeAsync(100);
    await stopped;
    expect(posts).toHaveLength(30);
    modLog.note(GUILD, finished());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toHaveLength(30);
    expect(lines).toEqual([]);
  });

  it('posts all of what one server has', async () => {
    const { modLog, posts } = open();
    for (let number = 1; number <= 12; number += 1) modLog.note(GUILD, finished(number));
    const stopped = modLog.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    await stopped;
    expect(posts.map((post) => embedsOf(post).length)).toEqual([5, 5, 2]);
  });

  it('does not retryTransient, and says what was lost', async () => {
    const { modLog, posts, lines } = open({ fail: () => brokenConnection() });
    modLog.note(GUILD, finished());
    const stopped = modLog.stop();
    await vi.advanceTimersByTimeAsync(100);
    await stopped;
    expect(posts).toHaveLength(1);
    expect(lines.at(-1)).toMatchObject({
      msg: 'mod log entries lost at shutdown',
      entries: 1,
    });
  });

  it('with nothing to post is over at once', async () => {
    const { modLog, posts } = open();
    await modLog.stop();
    expect(posts).toEqual([]);
  });
});

describe('over a real connection', () => {
  it('calls off what a stop does not wait for, after 2 s', async () => {
    vi.useRealTimers();
    const seen: unknown[] = [];
    let hasEnded = false;
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on('end', () => seen.push([request.method, request.url, JSON.parse(text)]));
      response.on('close', () => {
        hasEnded = true;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      // True: a listening TCP server has an address with a port.
      const { port } = server.address() as AddressInfo;
      const rest = new REST({ api: `http://127.0.0.1:${port}`, retries: 0 }).setToken('a.b.c');
      const { log, lines } = recordedLog();
      const modLog = createModLog({ rest, channelOf: async () => CHANNEL, takePreview: () => undefined, log });
      modLog.note(GUILD, finished());
      await modLog.stop();
      expect(seen).toEqual([
        ['POST', `/v10/channels/${CHANNEL}/messages`, expect.objectContaining({ enforce_nonce: true })],
      ]);
      await vi.waitUntil(() => hasEnded);
      expect(lines.at(-1)).toMatchObject({ entries: 1 });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      vi.useFakeTimers();
    }
  });
});
