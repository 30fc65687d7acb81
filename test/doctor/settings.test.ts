import { expect, it } from 'vitest';
import { parseSettings } from '../../src/config.ts';
import { checkSettings } from '../../src/doctor/settings.ts';
import { BOT_TOKEN } from '../support/bot-token.ts';

const REDIS_URL = 'redis://:secret@127.0.0.1:6379';
const check = (env: Record<string, string>) =>
  checkSettings(parseSettings({ DISCORD_TOKEN: BOT_TOKEN, SEGMIND_API_KEY: 'SG_0123456789abcdef', ...env }));

it('tells of a Redis that nothing needs, without its address', () => {
  const { level, text } = check({ REDIS_URL });
  expect(level).toBe('warning');
  expect(text).toContain('REDIS_URL is for several processes');
  expect(text).not.toContain('secret');
  const shared = { REDIS_URL, DATABASE_URL: 'postgres://127.0.0.1/timeless' };
  expect(check(shared).level).toBe('warning');
  expect(check({ ...shared, DISCORD_SHARD_COUNT: '2', DISCORD_SHARD_IDS: '0' }).level).toBe('ok');
  expect(check({}).level).toBe('ok');
});
