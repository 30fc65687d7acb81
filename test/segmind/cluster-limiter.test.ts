/**
 * Needs a Redis of its own.
 * @module-tag slow
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'vitest';
import {
  type ClusterLimiter,
  type ClusterLimiterOptions,
  createClusterLimiter,
} from '../../src/segmind/cluster-limiter.ts';
import { wait } from '../../src/time.ts';
import { BreakableLine } from '../support/flaky-proxy.ts';
import { recordedLog } from '../support/job-fixtures.ts';
import { rejectionOf } from '../support/loopback.ts';
import { needRedis, RedisServer } from '../support/redis-server.ts';
import type { SlotTakerOptions } from '../support/slot-taker.ts';

needRedis();

const API_KEY = 'SG_0123456789abcdef';
/** A slot in 100 ms. */
const TEN_A_SECOND = 621;

type Test = Pick<TestContext, 'expect' | 'onTestFinished'>;

async function startRedis({ onTestFinished }: Test, ...options: string[]): Promise<RedisServer> {
  const redis = await RedisServer.start(...options);
  onTestFinished(() => redis.stop());
  return redis;
}

async function startLimiter({ onTestFinished }: Test, redisUrl: string, options: Partial<ClusterLimiterOptions> = {}) {
  const { log, lines } = recordedLog();
  const limiter = await createClusterLimiter({
    redisUrl,
    requestsPerMinute: TEN_A_SECOND,
    apiKey: API_KEY,
    maxConcurrent: 1,
    longestUseMs: 1_000,
    log,
    ...options,
  });
  onTestFinished(() => limiter.close());
  return { limiter, lines };
}

/** Asks each limiter for so many slots at once, and notes when each begins and how many there are at a time. */
function take({ expect }: Test, limiters: readonly ClusterLimiter[], slots: number, useMs = 10) {
  const startsMs: number[] = [];
  let running = 0;
  let most = 0;
  const use = async () => {
    startsMs.push(performance.now());
    running += 1;
    most = Math.max(most, running);
    await wait(useMs);
    running -= 1;
    return 'spent' as const;
  };
  const all = Promise.all(limiters.flatMap((limiter) => Array.from({ length: slots }, () => limiter.requestSlot(use))));
  // A test that fails before it waits for them tells why by itself.
  all.catch(() => {});
  const started = (count: number) =>
    expect.poll(() => startsMs.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  return { startsMs, all, started, most: () => most };
}

/** Whether starts have the distance of TEN_A_SECOND, as far as a late first one allows to say so. */
function expectSpaced({ expect }: Test, startsMs: readonly number[]): void {
  const sorted = startsMs.toSorted((a, b) => a - b);
  const tookMs = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  expect(tookMs).toBeGreaterThan((startsMs.length - 1) * 100 * 0.85);
}

function startTaker({ onTestFinished }: Test, options: Partial<SlotTakerOptions> & { redisUrl: string }) {
  const require = createRequire(import.meta.url);
  const given = {
    requestsPerMinute: TEN_A_SECOND,
    longestUseMs: 1_000,
    slots: 20,
    useMs: 10,
    clockAheadMs: 0,
    ...options,
  };
  const command = [
    '--import',
    require.resolve('tsx'),
    require.resolve('../support/slot-taker.ts'),
    JSON.stringify(given),
  ];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const complaints = text(child.stderr);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (data) => {
    said += data;
  });
  const momentsOf = (word: string) =>
    [...said.matchAll(new RegExp(`^${word} (.*)$`, 'gm'))].map(([, ms]) => Number(ms));
  const exited = once(child, 'close').then(([code]) => code);
  return { child, exited, complaints, starts: () => momentsOf('start'), ends: () => momentsOf('end') };
}

/** The key of the only limiter under which something is kept. */
async function keyOf(redis: RedisServer, what: string): Promise<string> {
  const [key] = [await redis.call('KEYS', `*_${what}`)].flat();
  return String(key);
}

describe.concurrent('the limiter of several processes', { timeout: 50_000 }, () => {
  it('gives two of them one slot at a time, evenly spaced', async (test) => {
    const redis = await startRedis(test);
    const { limiter: one } = await startLimiter(test, redis.url);
    const { limiter: other } = await startLimiter(test, redis.url);
    const taking = take(test, [one, other], 20);
    await taking.all;
    expectSpaced(test, taking.startsMs);
    test.expect(taking.most()).toBe(1);
    test.expect(JSON.stringify(await redis.call('KEYS', '*'))).not.toContain('0123456789abcdef');
  });

  it('lets several run at once where that is set', async (test) => {
    const redis = await startRedis(test);
    const options = { maxConcurrent: 3, longestUseMs: 60_000 };
    const { limiter: one } = await startLimiter(test, redis.url, options);
    const { limiter: other } = await startLimiter(test, redis.url, options);
    const taking = take(test, [one, other], 5, 1_000);
    await taking.all;
    test.expect(taking.most()).toBe(3);
  });

  it('gives every one its share, though their clocks are minutes apart', async (test) => {
    const redis = await startRedis(test);
    const takers = [0, 300_000, -300_000].map((clockAheadMs) =>
      startTaker(test, { redisUrl: redis.url, clockAheadMs }),
    );
    for (const { exited, complaints } of takers) {
      test.expect(await exited, await complaints).toBe(0);
    }
    const uses = takers.flatMap(({ starts, ends }) =>
      starts().map((start, number) => ({ start, end: ends()[number] ?? 0 })),
    );
    const sorted = uses.toSorted((a, b) => a.start - b.start);
    test.expect(sorted).toHaveLength(60);
    expectSpaced(
      test,
      sorted.map(({ start }) => start),
    );
    sorted.forEach(({ end }, number) => void test.expect(sorted[number + 1]?.start ?? end).toBeGreaterThanOrEqual(end));
  });

  const disturbances: [string, (redis: RedisServer) => Promise<unknown>, ...string[]][] = [
    ['is killed and has lost its data', (redis) => redis.restart()],
    ['is killed and has kept its data', (redis) => redis.restart(), '--appendonly', 'yes', '--appendfsync', 'always'],
    ['is flushed', (redis) => redis.call('FLUSHALL')],
    ['forgets its scripts', (redis) => redis.call('SCRIPT', 'FLUSH')],
    ['loses every connection', (redis) => redis.call('CLIENT', 'KILL', 'TYPE', 'normal')],
    [
      'is away for 12 s',
      async (redis) => {
        await redis.kill();
        await wait(12_000);
        await redis.restart();
      },
    ],
    [
      'does not answer for 12 s',
      async (redis) => {
        redis.pause();
        await wait(12_000);
        redis.resume();
      },
    ],
  ];
  it.for(disturbances)('goes on by itself when Redis %s', async ([, disturb, ...options], test) => {
    const redis = await startRedis(test, ...options);
    const limiters = [(await startLimiter(test, redis.url)).limiter, (await startLimiter(test, redis.url)).limiter];
    const taking = take(test, limiters, 15);
    await taking.started(5);
    await disturb(redis);
    await taking.all;
    test.expect(taking.startsMs).toHaveLength(30);
  });

  it('loses no request while Redis refuses to write, also none of a process that starts then', async (test) => {
    const redis = await startRedis(test, '--maxmemory', '1');
    const { limiter, lines } = await startLimiter(test, redis.url);
    const early = take(test, [limiter], 3);
    await test.expect.poll(() => lines.length).toBe(1);
    await redis.call('CONFIG', 'SET', 'maxmemory', '0');
    await early.all;
    await redis.call('CONFIG', 'SET', 'maxmemory', '1');
    const late = take(test, [limiter], 3);
    await test.expect.poll(() => lines.length).toBe(3);
    await redis.call('CONFIG', 'SET', 'maxmemory', '0');
    await late.all;
    await test.expect.poll(() => lines.length).toBe(4);
  });

  it('gets by with the rights that docs/operations.md names', async (test) => {
    const redis = await startRedis(test);
    const docs = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const [, rights = ''] = /^ACL SETUSER bot (.*)$/m.exec(docs) ?? [];
    await redis.call('ACL', 'SETUSER', 'bot', ...rights.split(' '));
    const { limiter, lines } = await startLimiter(test, redis.url.replace('://', '://bot:password@'));
    const { all, started } = take(test, [limiter], 20);
    await started(5);
    await redis.call('FLUSHALL');
    await all;
    test.expect(await limiter.isReachable()).toBe(true);
    test.expect(lines).toEqual([]);
  });

  it('goes on when Redis is flushed and whom it waits for has died', async (test) => {
    const redis = await startRedis(test);
    const taker = startTaker(test, { redisUrl: redis.url, useMs: 60_000, longestUseMs: 60_000 });
    await test.expect.poll(() => taker.starts().length, { timeout: 20_000 }).toBe(1);
    const { limiter } = await startLimiter(test, redis.url, { longestUseMs: 60_000 });
    const waiting = take(test, [limiter], 1);
    // Two have asked Redis for a place.
    const asked = async () =>
      Object.values(Object(await redis.call('HGETALL', await keyOf(redis, 'client_num_queued'))));
    await test.expect.poll(asked).toContain('1');
    taker.child.kill('SIGKILL');
    await taker.exited;
    await redis.call('FLUSHALL');
    await waiting.all;
  });

  it('gives the place of a killed process to another', async (test) => {
    const redis = await startRedis(test);
    const taker = startTaker(test, { redisUrl: redis.url, useMs: 60_000 });
    await test.expect.poll(() => taker.starts().length, { timeout: 20_000 }).toBe(1);
    taker.child.kill('SIGKILL');
    await taker.exited;
    const { limiter } = await startLimiter(test, redis.url);
    await take(test, [limiter], 3).all;
  });

  it('loses no place and no request over a line that breaks again and again', async (test) => {
    const redis = await startRedis(test);
    const line = await BreakableLine.to(redis.port);
    test.onTestFinished(() => line.close());
    const { limiter } = await startLimiter(test, line.url, { longestUseMs: 60_000 });
    const taking = take(test, [limiter], 25, 0);
    await taking.started(1);
    line.breakEvery(9);
    await taking.all;
    test.expect(line.breaks).toBeGreaterThan(5);
  });

  it('notices a line that has gone silent', async (test) => {
    const redis = await startRedis(test);
    const line = await BreakableLine.to(redis.port);
    test.onTestFinished(() => line.close());
    const { limiter, lines } = await startLimiter(test, line.url);
    const { all, started } = take(test, [limiter], 30);
    await started(5);
    line.silence();
    await all;
    await test.expect.poll(() => lines.map(({ msg }) => msg), { timeout: 10_000 }).toContain('Redis answers again');
  });

  it('starts while Redis is away, says so once, and lets slots wait for it', async (test) => {
    const redis = await startRedis(test);
    await redis.kill();
    const { limiter, lines } = await startLimiter(test, redis.url);
    const taking = take(test, [limiter], 3);
    test.expect(await limiter.isReachable()).toBe(false);
    await wait(2_000);
    test.expect(lines.map(({ msg }) => msg)).toEqual(['Redis is out of reach or in trouble: submits wait for it']);
    await redis.restart();
    await taking.all;
    test.expect(await limiter.isReachable()).toBe(true);
    test.expect(lines.map(({ msg }) => msg).slice(1)).toEqual(['Redis answers again']);
    redis.pause();
    test.expect(await limiter.isReachable()).toBe(false);
    redis.resume();
    await test.expect.poll(() => limiter.isReachable()).toBe(true);
  });

  it('tells of a wrong password once, without the password', async (test) => {
    const redis = await startRedis(test, '--requirepass', 'the-right-one');
    const { limiter, lines } = await startLimiter(test, redis.url.replace('://', '://:a-wrong-one@'));
    const waiting = rejectionOf(limiter.requestSlot(async () => 'spent'));
    await test.expect.poll(() => lines.length).toBeGreaterThan(0);
    await wait(1_000);
    test.expect(lines).toHaveLength(1);
    test.expect(JSON.stringify(lines)).toContain('WRONGPASS');
    test.expect(JSON.stringify(lines)).not.toContain('wrong-one');
    await limiter.close();
    test.expect(String(await waiting)).toContain('closed');
  });
});

describe.concurrent('a use', { timeout: 50_000 }, () => {
  it('that outlasts its time ends as it ends, and others go on meanwhile', async (test) => {
    const redis = await startRedis(test);
    const { limiter } = await startLimiter(test, redis.url, { longestUseMs: 50 });
    let hasEnded = false;
    const slow = limiter.requestSlot(async () => {
      await wait(5_000);
      hasEnded = true;
      return 'spent';
    });
    const error = new Error('no');
    const failing = rejectionOf(
      limiter.requestSlot(async () => {
        await wait(4_000);
        throw error;
      }),
    );
    await take(test, [limiter], 2).all;
    test.expect(hasEnded).toBe(false);
    await slow;
    test.expect(hasEnded).toBe(true);
    test.expect(await failing).toBe(error);
  });

  it('passes on what it throws, also at once, and gives its place back', async (test) => {
    const redis = await startRedis(test);
    const { limiter } = await startLimiter(test, redis.url, { longestUseMs: 60_000 });
    const error = new Error('no');
    const throwing = () => {
      throw error;
    };
    test.expect(await rejectionOf(limiter.requestSlot(throwing))).toBe(error);
    await limiter.requestSlot(async () => 'unused');
    await limiter.requestSlot(async () => 'spent');
  });
});

describe.concurrent('the end', { timeout: 50_000 }, () => {
  it('rejects who waits and who comes later, and lets a use end', async (test) => {
    const redis = await startRedis(test);
    const { limiter, lines } = await startLimiter(test, redis.url);
    const { all, started } = take(test, [limiter], 1, 1_000);
    await started(1);
    const waiting = rejectionOf(limiter.requestSlot(async () => 'spent'));
    const closing = limiter.close();
    const later = rejectionOf(limiter.requestSlot(async () => 'spent'));
    test.expect(String(await waiting)).toContain('closed');
    test.expect(String(await later)).toContain('closed');
    await closing;
    await all;
    await limiter.close();
    test.expect(await limiter.isReachable()).toBe(false);
    test.expect(lines).toEqual([]);
  });

  it('gives back at once a place that has not had its moment yet', async (test) => {
    const redis = await startRedis(test);
    // A slot in 2 s, and a place is lost for a minute when nobody gives it back.
    const options = { requestsPerMinute: 32, longestUseMs: 60_000 };
    const { limiter: one } = await startLimiter(test, redis.url, options);
    const { limiter: other } = await startLimiter(test, redis.url, options);
    await take(test, [one], 1).all;
    const waiting = rejectionOf(one.requestSlot(async () => 'spent'));
    const settingsKey = await keyOf(redis, 'settings');
    await test.expect.poll(() => redis.call('HGET', settingsKey, 'running')).toBe('1');
    await one.close();
    test.expect(String(await waiting)).toContain('closed');
    await take(test, [other], 1).all;
  });

  it.for(['away', 'silent', 'there'])('leaves nothing scheduled while Redis is %s', async (state, test) => {
    const redis = await startRedis(test);
    // A slot in 62 s: the second has its place and waits for its moment.
    const taker = startTaker(test, { redisUrl: redis.url, requestsPerMinute: 2, longestUseMs: 60_000 });
    await test.expect.poll(() => taker.ends().length, { timeout: 20_000 }).toBe(1);
    const settingsKey = await keyOf(redis, 'settings');
    const facts = () => redis.call('HMGET', settingsKey, 'running', 'done');
    await test.expect.poll(facts).toEqual(['1', '1']);
    if (state === 'away') await redis.kill();
    if (state === 'silent') redis.pause();
    taker.child.kill('SIGTERM');
    // Nothing but the limiter could hold the process.
    test.expect(await taker.exited, await taker.complaints).toBe(0);
  });
});
