import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'dotenv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import { SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { BOT_TOKEN } from '../support/bot-token.ts';
import { hasTerminals, openTerminal } from '../support/open-terminal.ts';

const SETUP = fileURLToPath(new URL('../../dist/setup.js', import.meta.url));
const ENTER = '\r';
const CTRL_C = '\u0003';

let discord: DiscordSandbox;
let segmind: SegmindSandbox;
let folder: string;
let path: string;

beforeEach(async () => {
  discord = await DiscordSandbox.start();
  segmind = await SegmindSandbox.start();
  folder = mkdtempSync(join(tmpdir(), 'timeless-setup-'));
  path = join(folder, '.env');
});

afterEach(async () => {
  await discord.close();
  await segmind.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = () => ({ DISCORD_API_URL: discord.apiUrl, SEGMIND_API_URL: segmind.url });

/** Runs the built setup, and types each answer when its question appears. */
async function setUp(answers: readonly (readonly [question: string, typed: string, before?: () => void])[]) {
  const terminal = openTerminal(`exec ${process.execPath} ${SETUP}`, { cwd: folder, env: env() });
  let from = 0;
  for (const [question, typed, before] of answers) {
    const unread = () => terminal.shown().slice(from);
    await expect.poll(unread, { timeout: 15_000 }).toContain(question);
    from = terminal.shown().length;
    before?.();
    terminal.type(typed);
  }
  const code = await terminal.exited;
  for (const secret of [discord.token, segmind.apiKey, BOT_TOKEN]) expect(terminal.raw()).not.toContain(secret);
  return { code, shown: terminal.shown() };
}

const settings = () => parse(readFileSync(path));

describe.skipIf(!hasTerminals)('npm run setup', () => {
  it('checks token and key, prints the invite address, and writes a private .env that works', async () => {
    const { code, shown } = await setUp([
      ["The bot's token", `${discord.token}${ENTER}`],
      ['API key', `${segmind.apiKey}${ENTER}`],
      ['Requests to Segmind a minute', `50${ENTER}`],
      ['all servers together', `5${ENTER}`],
      ['each server', `$1${ENTER}`],
      ['must be an amount in US$', `\u00151.50${ENTER}`],
    ]);
    expect(code, shown).toBe(0);
    expect(shown).toContain('Discord knows the bot as timeless');
    expect(shown).toContain('Anyone can invite the bot');
    expect(shown).toContain(
      `https://discord.com/oauth2/authorize?client_id=${discord.applicationId}&scope=bot+applications.commands&permissions=274878024704`,
    );
    expect(shown).toContain('The key works, and the balance is US$ 10.00');
    expect(settings()).toEqual({
      DISCORD_TOKEN: discord.token,
      SEGMIND_API_KEY: segmind.apiKey,
      SEGMIND_REQUESTS_PER_MINUTE: '50',
      BUDGET_USD_PER_DAY: '5',
      GUILD_BUDGET_USD_PER_DAY: '1.5',
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('asks again when a service refuses a value, and rejects malformed values at once', async () => {
    const { code, shown } = await setUp([
      ["The bot's token", `12345678901234567${ENTER}`],
      ['DISCORD_TOKEN is an id', `\u0015${BOT_TOKEN}${ENTER}`],
      ['Keep it anyway?', ENTER],
      ["The bot's token", `${discord.token}${ENTER}`],
      ['API key', `SG_ffffffffffffffff${ENTER}`],
      ['Keep it anyway?', `y`],
      ['Requests to Segmind a minute', `0${ENTER}`],
      ['must be a whole number', `\u0015${ENTER}`],
      ['all servers together', ENTER],
      ['each server', ENTER],
    ]);
    expect(code, shown).toBe(0);
    expect(shown).toContain('Discord does not accept the token (401)');
    expect(shown).toContain('Segmind does not accept the key (401)');
    expect(settings()).toEqual({ DISCORD_TOKEN: discord.token, SEGMIND_API_KEY: 'SG_ffffffffffffffff' });
  });

  it('keeps an existing .env unless told to change it, and then keeps all other lines', async () => {
    const before = `# mine\nMY_OWN=1\nDISCORD_TOKEN=${discord.token}\nLOG_LEVEL=debug\n`;
    writeFileSync(path, before, { mode: 0o644 });
    const kept = await setUp([['exists', 'n']]);
    expect(kept.code).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(before);
    const changed = await setUp([
      ['exists', 'y'],
      ['Enter keeps the current one', ENTER],
      ['API key', `${segmind.apiKey}${ENTER}`],
      ['Requests to Segmind a minute', ENTER],
      ['all servers together', ENTER],
      ['each server', ENTER],
    ]);
    expect(changed.code, changed.shown).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(`${before}SEGMIND_API_KEY=${segmind.apiKey}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['n', 1, ''],
    ['y', 0, 'SEGMIND_API_KEY='],
  ])('asks about an .env that appears meanwhile; answer: %s', async (answer, expectedCode, added) => {
    const appeared = 'MY_OWN=1\n';
    const { code, shown } = await setUp([
      ["The bot's token", `${discord.token}${ENTER}`],
      ['API key', `${segmind.apiKey}${ENTER}`],
      ['Requests to Segmind a minute', ENTER],
      ['all servers together', ENTER],
      ['each server', ENTER, () => writeFileSync(path, appeared)],
      ['exists', answer],
    ]);
    expect(code, shown).toBe(expectedCode);
    const written = readFileSync(path, 'utf8');
    expect(written.slice(0, appeared.length)).toBe(appeared);
    if (added === '') expect(written).toBe(appeared);
    else expect(written).toContain(added);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('writes nothing when it is cancelled, and says so', async () => {
    const { code, shown } = await setUp([
      ["The bot's token", `${discord.token}${ENTER}`],
      ['API key', CTRL_C],
    ]);
    expect(code).toBe(1);
    expect(shown).toContain('Nothing was written.');
    expect(existsSync(path)).toBe(false);
  });

  it('says why it cannot write, and leaves nothing behind', async () => {
    mkdirSync(path);
    const { code, shown } = await setUp([['exists', 'y']]);
    expect(code).toBe(1);
    expect(shown).toContain('it is a folder. Nothing was written.');
    expect(readdirSync(folder)).toEqual(['.env']);
  });
});

it('npm run setup without a terminal says what to do instead', () => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [SETUP], {
    cwd: folder,
    env: env(),
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('copy .env.example to .env');
});
