import { expect, it } from 'vitest';
import { checkApplication } from '../../src/doctor/discord.ts';

const ENDPOINT = 'Commands go to an Interactions Endpoint URL';
const CODE_GRANT = 'Requires OAuth2 Code Grant is on';
const PUBLIC = 'Anyone can invite the bot';

it.each([
  [{}, [], 'ok', []],
  [{ bot_public: true }, ['1'], 'ok', []],
  [{ bot_public: true }, [], 'warning', [PUBLIC]],
  [{ bot_public: true, bot_require_code_grant: true }, [], 'warning', [CODE_GRANT, PUBLIC]],
  [{ bot_public: true, interactions_endpoint_url: 'https://a.test' }, [], 'problem', [ENDPOINT, PUBLIC]],
  [
    { bot_public: true, bot_require_code_grant: true, interactions_endpoint_url: 'https://a.test' },
    [],
    'problem',
    [ENDPOINT, CODE_GRANT, PUBLIC],
  ],
])(
  'says everything that is wrong with the application %j, where only the servers %j are allowed',
  async (settings, allowedGuildIds, level, expected) => {
    const json = { id: '100000000000000001', ...settings };
    const application = Promise.resolve({ isAnswered: true, status: 200, json, clockAheadSeconds: 0 } as const);
    const finding = await checkApplication({ application }, allowedGuildIds);
    expect(finding.level).toBe(level);
    expect([ENDPOINT, CODE_GRANT, PUBLIC].filter((sentence) => finding.text.includes(sentence))).toEqual(expected);
    expect(finding.text).toMatch(/Invite the bot with https:\S+$/);
  },
);
