import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import { SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { BOT_TOKEN } from '../support/bot-token.ts';
import { runDoctor } from '../support/run-doctor.ts';

/** Nothing listens on this port. */
const NOWHERE = 'http://127.0.0.1:4';

let discord: DiscordSandbox;
let segmind: SegmindSandbox;
let folder: string;

beforeAll(async () => {
  discord = await DiscordSandbox.start();
  segmind = await SegmindSandbox.start();
});
afterAll(async () => {
  await discord.close();
  await segmind.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'timeless-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** Starts the bot in the folder; empty settings count as missing. */
function start(
  env: Readonly<Record<string, string>>,
  apiUrl = discord.apiUrl,
  nodeOptions: readonly string[] = [],
): BotProcess {
  const { url, apiKey, imageHost } = segmind;
  const addresses = { discord: { apiUrl, token: discord.token }, segmind: { url, apiKey, imageHost } };
  const bot = startBot({ ...addresses, folder, env, nodeOptions });
  onTestFinished(async () => {
    bot.kill();
    await bot.exited;
  });
  return bot;
}

const doctor = (env: Readonly<Record<string, string>>) => runDoctor({ discord, segmind, folder, env });

/** Leaves out the two secrets, which then come from `.env`. */
const NO_SECRETS = { DISCORD_TOKEN: '', SEGMIND_API_KEY: '' };

/** The lines with which the bot exits; none may contain a secret. */
async function refusalOf(env: Readonly<Record<string, string>>): Promise<string[]> {
  const bot = start(env);
  expect(await bot.exited, bot.stdout).toBe(1);
  expect(bot.stdout).toBe('');
  for (const secret of [discord.token, segmind.apiKey]) expect(bot.stderr).not.toContain(secret);
  return bot.stderr.trimEnd().split('\n');
}

const hintsOf = ({ log }: BotProcess) => log.flatMap(({ msg, hint }) => (msg === 'setting cleaned up' ? [hint] : []));

describe('a .env file', () => {
  const untidy = () =>
    `\r\nDISCORD_TOKEN=\u200b“Bot ${discord.token}”\r\nSEGMIND_API_KEY='"${segmind.apiKey}"'\r\nexport LOG_LEVEL=debug # all\r\nREDIS_URL=redis://cache\r\n`;
  const utf16 = () => Buffer.from(untidy(), 'utf16le');
  const encoded: [string, () => Buffer][] = [
    ['as UTF-16 without a byte order mark', utf16],
    ['as UTF-16 with a byte order mark', () => Buffer.concat([Buffer.from([0xff, 0xfe]), utf16()])],
    ['as big-endian UTF-16', () => Buffer.concat([Buffer.from([0xff, 0xfe]), utf16()]).swap16()],
  ];

  it('with typical mistakes of people and editors is understood by the bot and the doctor', async () => {
    writeFileSync(join(folder, '.env'), utf16());
    const bot = start(NO_SECRETS);
    await bot.ready;
    expect(hintsOf(bot)).toEqual([
      'DISCORD_TOKEN has invisible characters and quotes and "Bot " around its value: remove them.',
      'SEGMIND_API_KEY has quotes around its value: remove them.',
      'REDIS_URL is no longer used: remove it.',
      `${join(folder, '.env')} is saved as UTF-16: save it as UTF-8.`,
    ]);
    expect(await bot.stop()).toBe(0);
    expect(bot.stdout).not.toContain(discord.token);
    const { code, findings, text } = await doctor(NO_SECRETS);
    expect(findings['settings']).toMatch(/^warning DISCORD_TOKEN has .*UTF-8\.$/);
    expect(findings['token'], text).toMatch(/^ok /);
    expect(code).toBe(0);
    expect(text).not.toContain(discord.token);
  });

  it.each(encoded)('%s is understood', { tags: 'slow' }, async (_, bytes) => {
    writeFileSync(join(folder, '.env'), bytes());
    await start(NO_SECRETS).ready;
  });

  it('to which PowerShell appended in UTF-16 is understood', { tags: 'slow' }, async () => {
    const added = Buffer.from(`SEGMIND_API_KEY=${segmind.apiKey}\r\n`, 'utf16le');
    writeFileSync(join(folder, '.env'), Buffer.concat([Buffer.from(`DISCORD_TOKEN=${discord.token}\n`), added]));
    await start(NO_SECRETS).ready;
  });

  it('that is missing is reported with its path', async () => {
    const lines = await refusalOf(NO_SECRETS);
    expect(lines).toEqual([
      "DISCORD_TOKEN is required: the bot's token.",
      'SEGMIND_API_KEY is required: SG_ and 16 hexadecimal digits.',
      expect.stringContaining(`There is no ${join(folder, '.env')}: run npm run setup`),
    ]);
    const { findings } = await doctor(NO_SECRETS);
    expect(findings['settings']).toContain('run npm run setup');
    writeFileSync(join(folder, '.env.txt'), '');
    expect((await refusalOf(NO_SECRETS)).at(-1)).toContain(`there is ${join(folder, '.env.txt')}: rename that.`);
  });

  it('that is a folder is reported', async () => {
    mkdirSync(join(folder, '.env'));
    const line = `${join(folder, '.env')} can't be read (it is a folder): make it a file that this user can read.`;
    expect((await refusalOf(NO_SECRETS)).at(-1)).toBe(line);
  });

  it('with misleading lines has each of them reported', async () => {
    const lines = [
      '# DISCORD_TOKEN=none',
      `set DISCORD_TOKEN=${discord.token}`,
      `segmind_api_key=${segmind.apiKey}`,
      'QUEUE_LIMIT=5',
      'QUEUE_LIMIT=7',
      'SEGMIND_MODUS=sync',
    ];
    writeFileSync(join(folder, '.env'), lines.join('\n'));
    const path = join(folder, '.env');
    expect(await refusalOf(NO_SECRETS)).toEqual([
      "DISCORD_TOKEN is required: the bot's token.",
      'SEGMIND_API_KEY is required: SG_ and 16 hexadecimal digits.',
      'segmind_api_key is no setting: write SEGMIND_API_KEY.',
      'No setting is called SEGMIND_MODUS: .env.example lists them all.',
      `Line 2 of ${path} was ignored: write DISCORD_TOKEN= and the value.`,
      `QUEUE_LIMIT is set in ${path} more than once, in lines 4, 5: the last one counts.`,
    ]);
  });
});

it('prints a line for each invalid setting, in the bot and in the doctor', async () => {
  const hidden = BOT_TOKEN.replace('.', '\u200b.');
  const cases: [Record<string, string>, string[]][] = [
    [
      {
        DISCORD_TOKEN: 'your-bot-token',
        DISCORD_API_URL: 'http://discord.example/api',
        SEGMIND_API_KEY: 'SG_0000000000000000',
        SEGMIND_API_URL: 'http://segmind.example',
        DATABASE_URL: 'file:./a.db # mine',
      },
      [
        'DISCORD_TOKEN is not a bot token, which has three parts',
        'DISCORD_API_URL must be an https URL: http is for this machine',
        'SEGMIND_API_KEY is a placeholder: copy the key',
        'SEGMIND_API_URL must be an https URL: http is for this machine',
        'DATABASE_URL has a comment after its value',
      ],
    ],
    [
      { DISCORD_TOKEN: hidden, SEGMIND_API_KEY: '"SG_ffffffffffffffff' },
      ['DISCORD_TOKEN has an invisible or unreadable character', 'SEGMIND_API_KEY has a quote at one end'],
    ],
  ];
  for (const [env, expected] of cases) {
    const lines = await refusalOf(env);
    expect(lines).toHaveLength(expected.length);
    for (const line of expected) expect(lines).toContainEqual(expect.stringContaining(line));
    const { code, findings, text } = await doctor(env);
    for (const line of expected) expect(findings['settings']).toContain(line);
    expect(code).toBe(1);
    for (const value of Object.values(env)) expect([...lines, text].join()).not.toContain(value);
  }
  expect(readdirSync(folder)).toEqual([]);
});

describe('a secret in a file', () => {
  const put = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('is read at the start by the bot and the doctor', async () => {
    const env = {
      ...NO_SECRETS,
      DISCORD_TOKEN_FILE: put('token', `\ufeff${discord.token}\r\n`),
      SEGMIND_API_KEY_FILE: put('key', Buffer.from(`${segmind.apiKey}\n`, 'utf16le')),
      DATABASE_URL_FILE: put('database', 'file:./elsewhere/timeless.db\n'),
    };
    const bot = start(env);
    await bot.ready;
    expect(readdirSync(join(folder, 'elsewhere'))).toContain('timeless.db');
    expect(await bot.stop()).toBe(0);
    const { code, findings, text } = await doctor(env);
    expect(code, text).toBe(0);
    expect([findings['token'], findings['segmind']]).toEqual([
      expect.stringMatching(/^ok /),
      expect.stringMatching(/^ok /),
    ]);
    expect(text + bot.stdout).not.toContain(discord.token);
  });

  it('is refused when it cannot be read, is empty, or is also set elsewhere', { tags: 'slow' }, async () => {
    const token = put('token', discord.token);
    const empty = put('empty', ' \n');
    const gone =
      "can't be read from the file that DISCORD_TOKEN_FILE names (no such file or folder): correct that path";
    const others = {
      SEGMIND_API_KEY: '',
      SEGMIND_API_KEY_FILE: empty,
      DATABASE_URL_FILE: folder,
    };
    const refused = [
      'SEGMIND_API_KEY is not in the file that SEGMIND_API_KEY_FILE names: that is empty.',
      "DATABASE_URL can't be read from the file that DATABASE_URL_FILE names (it is a folder): correct that path.",
    ];
    const both = 'DISCORD_TOKEN is set, and so is DISCORD_TOKEN_FILE: remove one of them.';
    const lines = await refusalOf({ ...others, DISCORD_TOKEN_FILE: token });
    expect(lines.toSorted()).toEqual([both, ...refused].toSorted());
    // A token instead of a path is still a secret.
    const mistaken = { DISCORD_TOKEN: '', DISCORD_TOKEN_FILE: discord.token };
    expect(await refusalOf(mistaken)).toEqual([`DISCORD_TOKEN ${gone}.`]);
    const { code, findings, text } = await doctor(mistaken);
    expect(findings['settings']).toContain(gone);
    expect(findings['token']).toBe('skipped Fix DISCORD_TOKEN first.');
    expect(text).not.toContain(discord.token);
    expect(code).toBe(1);
  });
});

describe('a login that fails', () => {
  /** The log lines about it, after two attempts. */
  async function troubleOf(apiUrl: string): Promise<Record<string, unknown>[]> {
    const bot = start({}, apiUrl);
    const errors = () => bot.log.filter(({ level }) => level === 50);
    await expect.poll(() => errors().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    const found = errors();
    expect(await bot.stop()).toBe(0);
    expect(bot.stderr).toBe('');
    return found;
  }

  it('logs one line for each attempt, without a stack, that says what to do', async () => {
    for (const line of await troubleOf(NOWHERE)) {
      expect(line).toEqual({
        level: 50,
        time: expect.any(Number),
        reason: 'connect ECONNREFUSED 127.0.0.1:4',
        waitMs: expect.any(Number),
        msg: 'Discord unreachable, check the network, any proxy and DISCORD_API_URL',
      });
    }
  });

  it('logs such lines also when the address belongs to another server', { tags: 'slow' }, async () => {
    const answers: [number, string, object, string][] = [
      [503, 'text/html', { status: 503 }, 'Discord outage, see https://discordstatus.com'],
      [404, 'text/html', { status: 404 }, 'unexpected answer from Discord, check DISCORD_API_URL'],
      [200, 'application/json', {}, 'unexpected answer from Discord, check DISCORD_API_URL'],
    ];
    for (const [status, type, facts, message] of answers) {
      const server = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end('{}'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      // Safe cast: a server that listens on TCP has an address with a port.
      const { port } = server.address() as AddressInfo;
      try {
        for (const line of await troubleOf(`http://127.0.0.1:${port}`)) {
          expect(line).toMatchObject({ ...facts, msg: expect.stringContaining(message) });
          expect(line).not.toHaveProperty('err');
        }
      } finally {
        server.closeAllConnections();
        server.close();
      }
    }
  });
});

it('makes the files of a restored backup private, and the ones that it creates', { tags: 'slow' }, async () => {
  const data = join(folder, 'data');
  const first = start({});
  await first.ready;
  expect(await first.stop()).toBe(0);
  mkdirSync(join(data, 'images'));
  for (const name of ['images/left-1.png', 'older.db']) writeFileSync(join(data, name), '');
  const restored = ['', 'images', 'images/left-1.png', 'older.db', 'timeless.db', 'timeless.db.lock'];
  for (const name of restored) chmodSync(join(data, name), name === '' || name === 'images' ? 0o755 : 0o664);
  const bot = start({});
  await bot.ready;
  const modeOf = (name: string) => (statSync(join(data, name)).mode & 0o777).toString(8);
  expect(readdirSync(data)).toEqual(expect.arrayContaining(['timeless.db-wal', 'timeless.db-shm']));
  for (const name of ['', ...readdirSync(data, { recursive: true, encoding: 'utf8' })])
    expect(modeOf(name), name).toBe(statSync(join(data, name)).isDirectory() ? '700' : '600');
  expect(bot.log.filter(({ msg }) => msg === 'data files made private')).toHaveLength(1);
});

/** Prints a line for each object of Intl that is made. */
const TELL_INTL = `data:text/javascript,${encodeURIComponent(`
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Intl))) {
    if (!value?.prototype) continue;
    Intl[name] = class extends value { constructor(...args) { super(...args); console.error(name); } };
  }
  new Intl.Segmenter();
`)}`;

it("loads nothing of a language's formats before a command needs them: they take 6 MiB", async () => {
  const bot = start({}, discord.apiUrl, ['--import', TELL_INTL]);
  await bot.ready;
  expect(await bot.stop()).toBe(0);
  expect(bot.stderr).toBe('Segmenter\n');
});
