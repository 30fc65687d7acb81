import { expect, it } from 'vitest';
import { parseSettings } from '../../src/config.ts';
import { checkSettings } from '../../src/doctor/settings.ts';
import { BOT_TOKEN } from '../support/bot-token.ts';

const check = (env: Record<string, string>) =>
  checkSettings(parseSettings({ DISCORD_TOKEN: BOT_TOKEN, SEGMIND_API_KEY: 'SG_0123456789abcdef', ...env }));

it('warns about a setting of an earlier release, without its value', () => {
  expect(check({ REDIS_URL: 'redis://:secret@127.0.0.1:6379' })).toEqual({
    level: 'warning',
    text: 'REDIS_URL is no longer used: remove it.',
  });
  expect(check({}).level).toBe('ok');
});
