import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox, type DiscordSandboxOptions } from '../../sandbox/discord/index.ts';
import { type Fault, SegmindSandbox, type SegmindSandboxOptions } from '../../sandbox/segmind/index.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { BOT_TOKEN } from '../support/bot-token.ts';
import { runDoctor } from '../support/run-doctor.ts';

/** Nothing listens on this port. */
const NOWHERE = 'http://127.0.0.1:4';

interface World {
  readonly discord?: DiscordSandboxOptions;
  readonly segmind?: SegmindSandboxOptions;
  readonly env?: Readonly<Record<string, string>>;
}

let discord: DiscordSandbox;
let segmind: SegmindSandbox;
let folder: string;

async function build({ discord: discordOptions, segmind: segmindOptions }: World = {}): Promise<void> {
  discord = await DiscordSandbox.start(discordOptions);
  segmind = await SegmindSandbox.start(segmindOptions);
  folder = mkdtempSync(join(tmpdir(), 'timeless-doctor-'));
}

afterEach(async () => {
  await discord.close();
  await segmind.close();
  rmSync(folder, { recursive: true, force: true });
});

const examine = (env: Readonly<Record<string, string>> = {}) => runDoctor({ discord, segmind, folder, env });

/** The checks, in the order in which to act on them. */
const CHECKS = ['node', 'settings', 'token', 'segmind', 'gateway', 'clock', 'database', 'application', 'servers'];

describe('npm run doctor', () => {
  it('finds no problems when everything is fine, before the first start and while the bot runs', async () => {
    await build({ discord: { isPublic: false } });
    const before = await examine();
    expect(before.code, before.text).toBe(0);
    expect(Object.keys(before.findings)).toEqual(CHECKS);
    expect(Object.values(before.findings).filter((found) => !found.startsWith('ok '))).toEqual([]);
    expect(before.findings['gateway']).toMatch(/^ok The gateway answers, Discord recommends 1 shard,/);
    expect([discord.gateway.attempts, discord.gateway.identifies]).toEqual([1, 0]);
    await discord.waitFor(() => discord.gateway.connections === 0);
    expect(before.findings['application']).toContain(
      `https://discord.com/oauth2/authorize?client_id=${discord.applicationId}&scope=bot+applications.commands&permissions=274878024704`,
    );
    expect(before.findings['segmind']).toContain('US$ 10.00');
    expect(before.findings['database']).toContain('is made at the first start');
    expect(before.text).toMatch(/\n0 problems, 0 warnings\n$/);
    expect(readdirSync(folder)).toEqual([]);

    const bot = startBot({ discord, segmind: { ...segmind, imageHost: segmind.imageHost, url: segmind.url }, folder });
    onTestFinished(() => bot.kill());
    await bot.ready;
    const during = await examine();
    expect(during.code, during.text).toBe(0);
    expect(during.findings['database']).toContain('a bot runs on it');
    expect(await bot.stop()).toBe(0);
    const path = join(folder, 'data', 'timeless.db');
    const bytes = readFileSync(path);
    const after = await examine();
    expect(after.findings['database']).toContain('no bot runs on it');
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(discord.violations).toEqual([]);
    for (const { text: printed } of [before, during, after]) {
      expect(printed).not.toContain(discord.token);
      expect(printed).not.toContain(segmind.apiKey);
    }
  });

  const settings: [string, Record<string, string>, string, string][] = [
    ['a missing token', { DISCORD_TOKEN: '' }, 'settings', "problem DISCORD_TOKEN is required: the bot's token"],
    ['a bad number', { QUEUE_LIMIT: 'many' }, 'settings', 'problem QUEUE_LIMIT must be a whole number from 1'],
    ['a misspelt name', { SEGMIND_MODUS: 'sync' }, 'settings', 'warning No setting is called SEGMIND_MODUS'],
    ['a wrong token', { DISCORD_TOKEN: BOT_TOKEN }, 'token', 'problem Discord does not accept the token (401)'],
    [
      'an unreachable Discord',
      { DISCORD_API_URL: NOWHERE },
      'token',
      "problem Discord can't be reached (connect ECONNREFUSED",
    ],
    [
      'a wrong key',
      { SEGMIND_API_KEY: 'SG_ffffffffffffffff' },
      'segmind',
      'problem Segmind does not accept the key (401)',
    ],
    ['an unreachable Segmind', { SEGMIND_API_URL: NOWHERE }, 'segmind', "problem Segmind can't be reached"],
    [
      'a server without the bot',
      { DISCORD_GUILD_ID: '100000000000000000' },
      'servers',
      'warning The bot is not in the server',
    ],
    ['a folder that is a file', { DATABASE_URL: 'file:taken/timeless.db' }, 'database', 'problem The folder'],
    ['a file that is not a database', { DATABASE_URL: 'file:taken' }, 'database', 'problem'],
    [
      'a setting of an earlier release',
      { REDIS_URL: 'redis://:SG_password@cache' },
      'settings',
      'warning REDIS_URL is no',
    ],
  ];
  it.each(settings)('says what to do about %s', { tags: 'slow' }, async (_, env, name, expected) => {
    await build();
    writeFileSync(join(folder, 'taken'), 'x'.repeat(2_000));
    const { code, findings, text: printed } = await examine(env);
    expect(findings[name]).toContain(expected);
    expect(code).toBe(expected.startsWith('problem') ? 1 : 0);
    expect(Object.keys(findings)).toEqual(CHECKS);
    for (const value of [discord.token, segmind.apiKey, ...Object.values(env).filter((value) => /SG_|^MT/.test(value))])
      expect(printed).not.toContain(value);
  });

  it('skips only the checks that need an invalid setting', async () => {
    await build();
    const { findings } = await examine({ DISCORD_API_URL: 'discord', QUEUE_LIMIT: '0' });
    expect(findings['settings']).toContain('DISCORD_API_URL must be an http or https URL; QUEUE_LIMIT must be');
    expect(findings['token']).toBe('skipped Fix DISCORD_API_URL first.');
    expect(findings['gateway']).toBe('skipped Fix DISCORD_API_URL first.');
    expect(findings['segmind']).toMatch(/^ok /);
    expect(discord.requests).toEqual([]);
  });

  it('skips the checks that depend on a failed one', async () => {
    await build();
    const { findings, text: printed, code } = await examine({ DISCORD_TOKEN: BOT_TOKEN });
    const skipped = Object.entries(findings).filter(([, found]) => found === 'skipped Fix token first.');
    expect(skipped.map(([name]) => name)).toEqual(['gateway', 'application', 'servers']);
    expect(printed).toMatch(/\n1 problem, 0 warnings, 3 skipped\n$/);
    expect(code).toBe(1);
  });

  const credits: [string, number, string, number][] = [
    ['is empty', 0, 'problem The key works, but the balance is US$ 0.00', 1],
    ['is nearly empty', 0.5, 'warning The key works, but the balance is US$ 0.50', 0],
  ];
  it.each(credits)('reports that the balance %s', { tags: 'slow' }, async (_, creditsUsd, expected, expectedCode) => {
    await build({ segmind: { creditsUsd } });
    const { code, findings } = await examine();
    expect(findings['segmind']).toContain(expected);
    expect(code).toBe(expectedCode);
  });

  const answers: [string, Fault, string][] = [
    [
      'no record',
      { on: 'credits', respond: { status: 404, body: { error: 'No credits found for the user' } } },
      'warning',
    ],
    ['a 502 page', { on: 'credits', html: 502 }, 'problem Segmind answers with 502'],
    ['an HTML page', { on: 'credits', html: 200 }, "problem Segmind's answer can't be read"],
    ['nothing', { on: 'credits', hang: true }, "problem Segmind can't be reached (no answer within 8 s)"],
  ];
  it.each(answers)('reports when Segmind answers with %s', { tags: 'slow' }, async (_, fault, expected) => {
    await build();
    segmind.script(fault);
    expect((await examine()).findings['segmind']).toContain(expected);
  });

  const accounts: [string, DiscordSandboxOptions, string, string][] = [
    ['an endpoint URL', { interactionsEndpointUrl: 'https://example.com' }, 'application', 'problem Commands go to an'],
    ['strangers who can invite the bot', { isPublic: true }, 'application', 'warning Anyone can invite the bot'],
    ['more shards', { shards: 3 }, 'gateway', 'warning Discord recommends 3 shards'],
    ['few starts left', { identifiesPerDay: 3 }, 'gateway', 'warning Only 3 of 3 starts are left'],
    ['no start left', { identifiesPerDay: 0 }, 'gateway', 'problem No start is left for the next 24 h'],
    ['a clock ahead of ours', { clockAheadMs: 60_000 }, 'clock', "s behind Discord's"],
    ['a clock behind ours', { clockAheadMs: -60_000 }, 'clock', "s ahead of Discord's"],
  ];
  it.each(accounts)('reports when Discord has %s', { tags: 'slow' }, async (_, options, name, expected) => {
    await build({ discord: options });
    const { code, findings } = await examine();
    expect(findings[name]).toContain(expected);
    expect(code).toBe(expected.startsWith('problem') ? 1 : 0);
  });

  /** Makes `GET /gateway/bot` return this address instead of the sandbox's gateway. */
  const gatewayAt = (url: string) => {
    const limits = { total: 1_000, remaining: 1_000, reset_after: 0, max_concurrency: 1 };
    const body = { url, shards: 1, session_start_limit: limits };
    discord.faults.add({ path: /gateway\/bot/, respond: { status: 200, body } });
  };

  async function tellsOfGateway(disturb: () => void, expected: RegExp): Promise<void> {
    await build();
    disturb();
    const { code, findings } = await examine();
    expect(findings['gateway']).toMatch(/^problem /);
    expect(findings['gateway']).toMatch(expected);
    expect(findings['token']).toMatch(/^ok /);
    expect(code).toBe(1);
  }
  it('reports when the gateway refuses connections', () =>
    tellsOfGateway(
      () => gatewayAt('ws://127.0.0.1:4'),
      /127\.0\.0\.1:4 can't be reached \(connect ECONNREFUSED .*\): check the network/,
    ));
  const troubles: [string, () => void, RegExp][] = [
    ['resets connections', () => discord.gateway.refuse('reset'), /can't be reached \(socket hang up\)/],
    ['answers with an error', () => discord.gateway.refuse(503), /wrong answer \(HTTP 503\)/],
    ['accepts connections but stays silent', () => discord.gateway.refuse('silence'), /is silent: no HELLO within 5 s/],
    ['speaks no TLS', () => gatewayAt(discord.apiUrl.replace('http', 'wss')), /can't be reached by TLS \(.*SSL/],
    ['has no address', () => gatewayAt('127.0.0.1:4'), /^problem Discord's answer can't be read/],
  ];
  it.each(troubles)('... and when it %s', { tags: 'slow' }, (_, disturb, expected) =>
    tellsOfGateway(disturb, expected),
  );

  it('reports when another server answers instead of the gateway', { tags: 'slow' }, async () => {
    await build();
    const impostors = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => impostors.close());
    await once(impostors, 'listening');
    // Safe cast: a server that listens on TCP has an address with a port.
    const { port } = impostors.address() as AddressInfo;
    const greetings = ['{"op":0}', 'welcome', undefined];
    impostors.on('connection', (socket) => {
      const greeting = greetings.shift();
      if (greeting === undefined) socket.close(4_000);
      else socket.send(greeting);
    });
    for (const expected of ['wrong answer (no HELLO)', 'wrong answer (no HELLO)', 'closed before HELLO (4000)']) {
      gatewayAt(`ws://127.0.0.1:${port}`);
      expect((await examine()).findings['gateway']).toContain(expected);
    }
  });

  it('accepts several shards when the setting matches', { tags: 'slow' }, async () => {
    await build({ discord: { shards: 3 } });
    for (const count of ['auto', '3', '4']) {
      const { findings } = await examine({ DISCORD_SHARD_COUNT: count });
      expect(findings['gateway'], count).toMatch(/^ok The gateway answers, Discord recommends 3 shards/);
    }
  });

  describe('for a process with some of the shards', { tags: 'slow' }, () => {
    const part = { DISCORD_SHARD_COUNT: '4', DISCORD_SHARD_IDS: '0-1,3' };

    it.each<[string, DiscordSandboxOptions, string]>([
      [
        'enough',
        { shards: 3 },
        'ok The gateway answers, Discord recommends 3 shards, this process has 0, 1, 3 of 4, no intent',
      ],
      [
        'too few in total',
        { shards: 6 },
        'warning Discord recommends 6 shards, and DISCORD_SHARD_COUNT is 4: set it to 6',
      ],
      ['more than the remaining starts', { identifiesPerDay: 2 }, 'problem Only 2 of 2 starts are left'],
    ])('reports when they are %s', async (_, options, expected) => {
      await build({ discord: options });
      const { findings } = await examine({ ...part, DATABASE_URL: 'postgres://127.0.0.1:4/timeless' });
      expect(findings['gateway']).toContain(expected);
      expect(findings['settings']).toMatch(/^ok /);
    });

    it('names the other required settings, and skips the checks that depend on them', async () => {
      await build();
      const { findings } = await examine(part);
      expect(findings['settings']).toContain('problem DATABASE_URL must be a postgres:// URL in a process with a part');
      const { findings: beyond } = await examine({ ...part, DISCORD_SHARD_COUNT: '2' });
      expect(beyond['gateway']).toBe('skipped Fix DISCORD_SHARD_IDS first.');
    });
  });

  it('lets anyone invite the bot where it works in listed servers alone, as long as these are the right ones', async () => {
    await build();
    const mine = discord.guild.id;
    const listed = await examine({ ALLOWED_GUILD_IDS: mine, OPERATOR_GUILD_IDS: mine });
    expect(listed.findings['application']).toMatch(/^ok Invite the bot/);
    expect(listed.findings['servers']).toMatch(/^ok /);
    const stranger = '100000000000000000';
    const forgotten = await examine({ ALLOWED_GUILD_IDS: stranger, OPERATOR_GUILD_IDS: mine });
    expect(forgotten.findings['servers']).toContain(
      `warning Nothing works in the server ${mine}, which OPERATOR_GUILD_IDS names: ALLOWED_GUILD_IDS leaves it out.`,
    );
    const elsewhere = await examine({ ALLOWED_GUILD_IDS: `${mine},${stranger}` });
    expect(elsewhere.findings['servers']).toContain(`warning The bot is not in the server ${stranger}`);
  });

  it('names the permissions that the bot lacks in a server', async () => {
    await build();
    const lacking = discord.createGuild();
    lacking.everyone.permissions = 0n;
    lacking.ownRole(discord.user(discord.botUserId)).permissions = 1n << 10n;
    const { findings } = await examine();
    expect(findings['servers']).toContain(
      `In 1 of 2 servers the bot lacks permissions, such as in ${lacking.id}: Send`,
    );
  });

  it('refuses a database of a newer release, and leaves it unchanged', async () => {
    await build();
    mkdirSync(join(folder, 'data'));
    const database = await openDatabase(`file:${join(folder, 'data', 'timeless.db')}`);
    await database.db.insertInto('schema_version').values({ version: 99, migrated_at: 1 }).execute();
    await database.close();
    const { code, findings } = await examine();
    expect(findings['database']).toContain('written by a newer release (schema 99');
    expect(code).toBe(1);
  });
});
