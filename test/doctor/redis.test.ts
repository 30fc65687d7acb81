/**
 * Needs a Redis of its own.
 * @module-tag slow
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkRedis } from '../../src/doctor/redis.ts';
import { needRedis, RedisServer } from '../support/redis-server.ts';

needRedis();

async function start(...options: string[]): Promise<RedisServer> {
  const redis = await RedisServer.start(...options);
  onTestFinished(() => redis.stop());
  return redis;
}

/** A stand-in that answers INFO, and everything else, with these lines. */
async function startTelling(...lines: string[]): Promise<string> {
  const info = lines.map((line) => `${line}\r\n`).join('');
  const server = createServer((socket) => {
    // Each command is an array whose length begins with an asterisk.
    socket.on('data', (data) => {
      for (const _ of String(data).matchAll(/^\*\d+/gm)) socket.write(`$${info.length}\r\n${info}\r\n`);
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  return `redis://127.0.0.1:${address.port}`;
}

describe('the check of Redis', () => {
  it('is content without one', async () => {
    expect(await checkRedis(undefined)).toEqual({ level: 'ok', text: 'None is set, and one process needs none.' });
  });

  it('is content with one that drops no keys', async () => {
    const { url } = await start();
    expect(await checkRedis(url)).toEqual({
      level: 'ok',
      text: expect.stringMatching(/^Redis \d+\.\d+\.\d+ answers, and drops no keys\.$/),
    });
  });

  it('names the policy by which keys may be dropped, and what to set', async () => {
    const { url } = await start('--maxmemory-policy', 'allkeys-lru');
    const { level, text } = await checkRedis(url);
    expect(level).toBe('problem');
    expect(text).toContain('maxmemory-policy is allkeys-lru): set it to noeviction');
  });

  it('tells of a wrong and of a missing password without showing any', async () => {
    const { url } = await start('--requirepass', 'the-right-one');
    for (const given of [url, url.replace('://', '://:a-wrong-one@')]) {
      const { level, text } = await checkRedis(given);
      expect(level).toBe('problem');
      expect(text).toContain('does not accept the user or the password');
      expect(text).not.toContain('-one');
    }
    expect((await checkRedis(url.replace('://', '://:the-right-one@'))).level).toBe('ok');
  });

  it('tells of a user who may not ask', async () => {
    const redis = await start();
    await redis.call('ACL', 'SETUSER', 'bot', 'on', '>secret', '~*', '+@all', '-info');
    expect((await checkRedis(redis.url.replace('://', '://bot:secret@'))).text).toContain(
      'does not let this user run INFO',
    );
  });

  it('tells that nobody answers', async () => {
    const redis = await start();
    await redis.kill();
    const { level, text } = await checkRedis(redis.url);
    expect(level).toBe('problem');
    expect(text).toMatch(
      /^Redis can't be reached \(connect ECONNREFUSED 127\.0\.0\.1:\d+\): start it, or correct REDIS_URL\.$/,
    );
  });

  it('gives up on one that is silent', async () => {
    const redis = await start();
    redis.pause();
    expect((await checkRedis(redis.url)).text).toMatch(/^Redis can't be reached \(.+\): start it/);
  });

  it.each([
    [['redis_version:4.0.14', 'maxmemory_policy:noeviction'], 'problem', 'Redis is 4.0.14: use 5 or newer'],
    [['redis_version:7.0.15', 'redis_mode:cluster'], 'problem', 'a node of a Redis Cluster'],
    [['redis_version:7.0.15', 'role:slave'], 'problem', 'a replica, which takes no writes'],
    [['redis_version:7.0.15', 'loading:1'], 'warning', 'is loading its data'],
    [['redis_version:7.0.15', 'redis_mode:standalone'], 'warning', 'does not tell its maxmemory-policy'],
  ])('looks at %j', async (lines, level, expected) => {
    const found = await checkRedis(await startTelling(...lines));
    expect(found.text).toContain(expected);
    expect(found.level).toBe(level);
  });
});
