import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, parseSettings } from '../src/config.ts';
import { BOT_TOKEN } from './support/bot-token.ts';

const required = { DISCORD_TOKEN: BOT_TOKEN, SEGMIND_API_KEY: 'SG_0123456789abcdef' };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  it('fills in the documented defaults', () => {
    const config = parseConfig(required);
    expect(config.discord.apiUrl).toBe('https://discord.com/api');
    expect(config.segmind).toMatchObject({ apiUrl: 'https://api.segmind.com', mode: 'async', base64: false });
    expect(config.segmind).toMatchObject({ requestsPerMinute: 5, maxInFlight: 50 });
    expect(config.segmind.imageHosts).toEqual(['images.segmind.com', 'segmind-inference-io.s3.amazonaws.com']);
    expect(config.jobs).toEqual({
      queueLimit: 50,
      deadlineMs: 600_000,
      retentionDays: 90,
      directMessageImagesPerDay: 5,
    });
    expect(config.discord).toMatchObject({ operatorGuildIds: [], shardCount: 1 });
    expect(config.databaseUrl).toBe('file:./data/timeless.db');
  });

  it.each(['postgres://bot:s3cret@db:5432/timeless', 'postgresql:///timeless', 'file:/var/lib/timeless.db'])(
    'takes %s for a database',
    (url) => {
      expect(parseConfig({ ...required, DATABASE_URL: url }).databaseUrl).toBe(url);
    },
  );

  it.each([
    ['auto', 'auto'],
    ['16', 16],
  ])('takes %s for the number of shards', (value, shardCount) => {
    expect(parseConfig({ ...required, DISCORD_SHARD_COUNT: value }).discord.shardCount).toBe(shardCount);
  });

  describe('the shards of a process', () => {
    const shared = { ...required, DATABASE_URL: 'postgres://db/timeless' };
    const idsOf = (env: Record<string, string>) => parseConfig({ ...shared, ...env }).discord.shardIds;

    it.each([
      ['0-2', [0, 1, 2]],
      ['3', [3]],
      [' 8-9, 5,0-2,', [0, 1, 2, 5, 8, 9]],
      ['0-15', undefined],
      ['1-15,0', undefined],
      ['', undefined],
    ])('are of sixteen, with DISCORD_SHARD_IDS=%s, %j', (ids, expected) => {
      expect(idsOf({ DISCORD_SHARD_COUNT: '16', DISCORD_SHARD_IDS: ids })).toEqual(expected);
    });

    it.each(['2-0', '5-2,0-3', '0-2,x', '0-2,2', '0-', '-1', 'all', '1.5', '0..2', ',', '0-999999'])(
      'can not be %s',
      (ids) => {
        const problems = problemsOf({ ...shared, DISCORD_SHARD_COUNT: '16', DISCORD_SHARD_IDS: ids });
        expect(problems).toEqual(['DISCORD_SHARD_IDS must be shards such as 0-2 or 0-2,5, each once.']);
      },
    );

    it.each([
      [{ DISCORD_SHARD_COUNT: '3', DISCORD_SHARD_IDS: '3' }, 'DISCORD_SHARD_IDS must be below DISCORD_SHARD_COUNT.'],
      [{ DISCORD_SHARD_COUNT: '2', DISCORD_SHARD_IDS: '1-2' }, 'DISCORD_SHARD_IDS must be below DISCORD_SHARD_COUNT.'],
      [{ DISCORD_SHARD_IDS: '0-2' }, 'DISCORD_SHARD_IDS must be below DISCORD_SHARD_COUNT.'],
      [{ DISCORD_SHARD_COUNT: 'auto', DISCORD_SHARD_IDS: '0' }, 'DISCORD_SHARD_COUNT must be a number with'],
    ])('go with their number: not %o', (env, problem) => {
      expect(problemsOf({ ...shared, ...env })).toEqual([expect.stringContaining(problem)]);
    });

    it('need Postgres when they are not all, and none when they are', () => {
      const part = { ...required, DISCORD_SHARD_COUNT: '3', DISCORD_SHARD_IDS: '1' };
      expect(problemsOf(part)).toEqual([
        'DATABASE_URL must be a postgres:// URL in a process with a part of the shards (DISCORD_SHARD_IDS).',
      ]);
      expect([...parseSettings(part).problems.keys()]).toEqual(['DATABASE_URL']);
      expect(problemsOf({ ...part, DISCORD_SHARD_IDS: '0-2' })).toEqual([]);
    });
  });

  it('makes the line ten minutes of work long', () => {
    expect(parseConfig({ ...required, SEGMIND_REQUESTS_PER_MINUTE: '50' }).jobs.queueLimit).toBe(500);
    expect(parseConfig({ ...required, QUEUE_LIMIT: '7' }).jobs.queueLimit).toBe(7);
  });

  it('takes an empty value for one that is not set', () => {
    expect(parseConfig({ ...required, QUEUE_LIMIT: '', DISCORD_GUILD_ID: ' ' }).jobs.queueLimit).toBe(50);
  });

  it('names every bad setting in a line of its own, and never shows a value', () => {
    const problems = problemsOf({ SEGMIND_API_KEY: 'SG_secret', SEGMIND_MODE: 'fast', QUEUE_LIMIT: '0' });
    expect(problems).toEqual([
      "DISCORD_TOKEN is required: the bot's token.",
      'SEGMIND_API_KEY must be SG_ and 16 hexadecimal digits.',
      'SEGMIND_MODE must be async or sync.',
      'QUEUE_LIMIT must be a whole number from 1 to 1000000.',
    ]);
  });

  it("takes the operator's budgets, of which 0 is nothing and -1 no limit", () => {
    const limitsOf = (env: NodeJS.ProcessEnv) => parseConfig({ ...required, ...env }).operatorLimits;
    expect(limitsOf({})).toEqual({ allowedGuildIds: [], dayUsd: 10, guildDayUsd: 2 });
    expect(
      limitsOf({ BUDGET_USD_PER_DAY: '-1', GUILD_BUDGET_USD_PER_DAY: '0', ALLOWED_GUILD_IDS: '123456789012345678' }),
    ).toEqual({ allowedGuildIds: ['123456789012345678'], dayUsd: -1, guildDayUsd: 0 });
    expect(limitsOf({ BUDGET_USD_PER_DAY: '2.50' })).toMatchObject({ dayUsd: 2.5 });
  });

  it('says what a list of servers and a budget must be', () => {
    expect(problemsOf({ ...required, ALLOWED_GUILD_IDS: 'gallery', BUDGET_USD_PER_DAY: '$5' })).toEqual([
      'ALLOWED_GUILD_IDS must be a comma list of server ids of 17 to 20 digits.',
      'BUDGET_USD_PER_DAY must be an amount in US$ from 0 to 1000000, such as 10 or 2.50, or -1 for no limit.',
    ]);
  });

  it('takes lists with spaces, and with a comma too many', () => {
    const [one, other] = ['123456789012345678', '223456789012345678'];
    const lists = {
      OPERATOR_GUILD_IDS: ` ${one},${other}, `,
      SEGMIND_IMAGE_HOSTS: ',Images.segmind.com, localhost:8080 ,',
    };
    const config = parseConfig({ ...required, ...lists });
    expect(config.discord.operatorGuildIds).toEqual([one, other]);
    expect(config.segmind.imageHosts).toEqual(['images.segmind.com', 'localhost:8080']);
  });

  it.each([
    ['DISCORD_API_URL', 'ftp://discord.com'],
    ['DISCORD_GUILD_ID', '12'],
    ['DISCORD_SHARD_COUNT', '0'],
    ['DISCORD_SHARD_COUNT', '1001'],
    ['DISCORD_SHARD_COUNT', 'automatic'],
    ['SEGMIND_API_URL', 'segmind'],
    ['SEGMIND_BASE64', 'yes'],
    ['SEGMIND_IMAGE_HOSTS', 'https://images.segmind.com'],
    ['SEGMIND_IMAGE_HOSTS', ' , '],
    ['SEGMIND_REQUESTS_PER_MINUTE', '1.5'],
    ['JOB_DEADLINE_SECONDS', '-1'],
    ['DM_IMAGES_PER_DAY', '-1'],
    ['OPERATOR_GUILD_IDS', '123456789012345678,gallery'],
    ['ALLOWED_GUILD_IDS', 'gallery'],
    ['BUDGET_USD_PER_DAY', '-2'],
    ['BUDGET_USD_PER_DAY', '1e9'],
    ['BUDGET_USD_PER_DAY', 'ten'],
    ['GUILD_BUDGET_USD_PER_DAY', '1000001'],
    ['GUILD_BUDGET_USD_PER_DAY', '2,50'],
    ['DATABASE_URL', 'mysql://bot:s3cret@localhost/timeless'],
    ['DATABASE_URL', './data/timeless.db'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%s', (name, value) => {
    const problems = problemsOf({ ...required, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must `));
  });
});

describe('what stands around a value', () => {
  const hex = '0123456789abcdef';
  it.each<[string, string, string, RegExp | undefined]>([
    ['white space and a CR', 'DISCORD_TOKEN', ` \t${BOT_TOKEN} \r\n`, undefined],
    ['quotes', 'DISCORD_TOKEN', `"${BOT_TOKEN}"`, /quotes/],
    ['quotes of print', 'DISCORD_TOKEN', `\u201c${BOT_TOKEN}\u201d`, /quotes/],
    ['quotes in quotes', 'DISCORD_TOKEN', `'"${BOT_TOKEN}"'`, /quotes/],
    ['a zero-width space', 'DISCORD_TOKEN', `\u200b${BOT_TOKEN}\u200b`, /invisible/],
    ['a byte order mark', 'DISCORD_TOKEN', `\ufeff${BOT_TOKEN}`, /invisible/],
    ['no-break spaces', 'DISCORD_TOKEN', `\u00a0${BOT_TOKEN}\u202f`, /invisible/],
    ['a Hangul filler', 'DISCORD_TOKEN', `${BOT_TOKEN}\u3164`, /invisible/],
    ['the header', 'DISCORD_TOKEN', `Bot ${BOT_TOKEN}`, /"Bot "/],
    ['the whole header', 'DISCORD_TOKEN', `Authorization: bot\u00a0${BOT_TOKEN}`, /"Bot "/],
    ['its name', 'DISCORD_TOKEN', `export DISCORD_TOKEN="Bot ${BOT_TOKEN}"`, /its own name and quotes and "Bot "/],
    ['the header', 'SEGMIND_API_KEY', `x-api-key: SG_${hex}`, /header/],
    ['another header', 'SEGMIND_API_KEY', `Bearer SG_${hex}`, /header/],
    ['quotes', 'SEGMIND_REQUESTS_PER_MINUTE', '"5"', /quotes/],
    ['quotes', 'DISCORD_API_URL', "'https://discord.com/api'", /quotes/],
    ['an invisible mark', 'LOG_LEVEL', 'info\u200e', /invisible/],
  ])('such as %s of %s is ignored, with a hint that does not show it', (_, name, value, hint) => {
    const plain = parseConfig({ ...required, SEGMIND_API_KEY: `SG_${hex}` });
    expect(parseConfig({ ...required, [name]: value })).toEqual(plain);
    const { hints } = parseSettings({ ...required, [name]: value });
    expect(hints).toEqual(hint ? [expect.stringMatching(hint)] : []);
    expect(hints.join()).not.toMatch(new RegExp(`${BOT_TOKEN}|${hex}`));
  });

  it('counts as no value when there is nothing else', () => {
    expect(parseConfig({ ...required, QUEUE_LIMIT: '""', DISCORD_GUILD_ID: '\u200b' }).jobs.queueLimit).toBe(50);
    expect(problemsOf({ ...required, DISCORD_TOKEN: "''" })).toEqual(["DISCORD_TOKEN is required: the bot's token."]);
  });
});

describe('a value that leaves doubt', () => {
  it.each<[string, string, string]>([
    ['DISCORD_TOKEN', BOT_TOKEN.replace('.', '\u200b.'), 'invisible or unreadable character in its value (U+200B)'],
    ['SEGMIND_API_KEY', 'SG_01234567\u00ad89abcdef', 'invisible or unreadable character in its value (U+00AD)'],
    ['DATABASE_URL', 'file:./data/time\u200bless.db', 'invisible or unreadable character in its value (U+200B)'],
    ['DATABASE_URL', 'file:./d\ufffdta/timeless.db', 'invisible or unreadable character in its value (U+FFFD)'],
    ['DISCORD_TOKEN', `${BOT_TOKEN}\nSEGMIND_MODE=sync`, 'a line break in its value'],
    ['DATABASE_URL', 'file:./data/timeless.db # mine', 'a comment after its value'],
    ['SEGMIND_REQUESTS_PER_MINUTE', '5 # Free', 'a comment after its value'],
    ['DISCORD_TOKEN', `"${BOT_TOKEN}`, 'a quote at one end of its value'],
    ['DATABASE_URL', 'file:./data/timeless.db\u201d', 'a quote at one end of its value'],
  ])('is refused: %s=%j', (name, value, problem) => {
    expect(problemsOf({ ...required, [name]: value })).toEqual([expect.stringContaining(`${name} has ${an(problem)}`)]);
  });

  it('is not a comment without a space, nor a pair of quotes at the end', () => {
    for (const DATABASE_URL of ['file:./data#1/timeless.db', "postgres://db/timeless?options=-c%20search_path='bot'"]) {
      expect(parseConfig({ ...required, DATABASE_URL }).databaseUrl).toBe(DATABASE_URL);
    }
  });
});

const an = (problem: string) => (problem.startsWith('a ') ? problem : `an ${problem}`);

describe('what is not a secret', () => {
  it.each<[string, string]>([
    ['your-token-here', 'three parts'],
    ['your.token.here', 'three parts'],
    ['<token>', 'three parts'],
    [`${'x'.repeat(24)}.${'x'.repeat(6)}.${'x'.repeat(38)}`, 'three parts'],
    [`mfa.${'a'.repeat(84)}`, 'three parts'],
    [`${BOT_TOKEN};`, 'three parts'],
    [BOT_TOKEN.replace('Gabc', 'G\u0430bc'), 'three parts'],
    [BOT_TOKEN.slice(0, 40), 'three parts'],
    ['1096543210987654321', 'is an id'],
    ['0123456789abcdef'.repeat(4), 'is the public key'],
    ['Ab-_'.repeat(8), 'is the client secret'],
    ['SG_0123456789abcdef', 'is a key of Segmind'],
  ])('can not be the token, and is told what to copy: %s', (value, problem) => {
    const problems = problemsOf({ ...required, DISCORD_TOKEN: value });
    expect(problems).toEqual([expect.stringMatching(`^DISCORD_TOKEN is .*: copy the token from the Developer Portal`)]);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain(value);
  });

  it.each<[string, string]>([
    ['SG_0000000000000000', 'is a placeholder'],
    ['SG_xxxxxxxxxxxxxxxx', 'must be SG_ and 16 hexadecimal digits'],
    ['SG_your_key', 'must be SG_ and 16 hexadecimal digits'],
    [BOT_TOKEN, 'is a bot token'],
  ])('can not be the key: %s', (value, problem) => {
    const problems = problemsOf({ ...required, SEGMIND_API_KEY: value });
    expect(problems).toEqual([expect.stringContaining(`SEGMIND_API_KEY ${problem}`)]);
    expect(problems[0]).not.toContain(value);
  });
});

describe('an API without TLS', () => {
  it.each(['DISCORD_API_URL', 'SEGMIND_API_URL'])('is one of this machine: %s', (name) => {
    for (const host of ['127.0.0.1:8080', '127.8.9.1', 'localhost', '[::1]:1', '127.1', '0x7f000001'])
      expect(problemsOf({ ...required, [name]: `http://${host}/api` }), host).toEqual([]);
    for (const host of [
      'example.com',
      '0.0.0.0',
      '10.0.0.1',
      'localhost.example.com',
      '127.0.0.1.example.com',
      '[::2]',
    ])
      expect(problemsOf({ ...required, [name]: `http://${host}/api` }), host).toEqual([
        `${name} must be an https URL: http is for this machine (127.0.0.1) alone.`,
      ]);
    expect(problemsOf({ ...required, [name]: 'https://example.com' })).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    ['discord_token', 'DISCORD_TOKEN'],
    ['export SEGMIND_MODE', 'SEGMIND_MODE'],
    ['$env:Log_Level', 'LOG_LEVEL'],
    ['DISCORD-GUILD-ID', 'DISCORD_GUILD_ID'],
    ['HTTP_PORT ', 'HTTP_PORT'],
  ])('that are nearly right, such as %j, are corrected', (name, meant) => {
    expect(parseSettings({ ...required, [name]: '1' }).hints).toEqual([`${name} is no setting: write ${meant}.`]);
  });

  it.each(['REDIS_URL', 'REDIS_URL_FILE'])('of earlier releases, such as %s, do no harm', (name) => {
    const env = { ...required, [name]: 'no url' };
    expect(parseSettings(env).hints).toEqual([`${name} is no longer used: remove it.`]);
    expect(parseConfig(env)).toEqual(parseConfig(required));
  });

  it('of other programs are left alone', () => {
    expect(parseSettings({ ...required, http_proxy: 'x', TOKEN: 'x', PATH: '/bin', JOB_: '' }).hints).toEqual([]);
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const source = readFileSync(new URL('../src/config.ts', import.meta.url), 'utf8');

  it('starts with the two settings that are required', () => {
    const [first, second] = example.split('\n');
    expect([first, second]).toEqual(['DISCORD_TOKEN=', 'SEGMIND_API_KEY=']);
    expect([...parseSettings({}).problems.keys()]).toEqual(['DISCORD_TOKEN', 'SEGMIND_API_KEY']);
  });

  it('names each setting once, and no other', () => {
    const documented = [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
    const read = [...source.matchAll(/^ {4}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name);
    expect(documented.toSorted()).toEqual(read.toSorted());
  });

  it('shows the image hosts that are the default', () => {
    const shown = /^# SEGMIND_IMAGE_HOSTS=(.*)$/m.exec(example)?.[1] ?? '';
    expect(parseConfig({ ...required, SEGMIND_IMAGE_HOSTS: shown })).toEqual(parseConfig(required));
  });
});

describe('the port for health and metrics', () => {
  it('is off unless it is set, and on loopback unless a host is named', () => {
    expect(parseConfig(required).http).toBeUndefined();
    expect(parseConfig({ ...required, HTTP_HOST: '0.0.0.0' }).http).toBeUndefined();
    expect(parseConfig({ ...required, HTTP_PORT: '9464' }).http).toEqual({ port: 9464, host: '127.0.0.1' });
    const given = { ...required, HTTP_PORT: '9464', HTTP_HOST: '::' };
    expect(parseConfig(given).http).toEqual({ port: 9464, host: '::' });
  });

  it.each([
    ['HTTP_PORT', '0'],
    ['HTTP_PORT', '65536'],
    ['HTTP_PORT', '/run/socket'],
    ['HTTP_HOST', 'http://localhost'],
  ])('%s can not be %s', (name, value) => {
    expect(problemsOf({ ...required, [name]: value })).toEqual([expect.stringMatching(`^${name} must be`)]);
  });
});

describe('parseSettings', () => {
  it('keeps the settings that are fine beside those that are not, and gives a bad one no default', () => {
    const { values, problems, given, hints } = parseSettings({
      PATH: '/bin',
      DISCORD_TOKEN: BOT_TOKEN,
      SEGMIND_MODE: 'fast',
      SEGMIND_KEY: 'SG_secret',
      QUEUE_LIMIT: ' ',
    });
    expect([...problems]).toEqual([
      ['SEGMIND_API_KEY', 'is required: SG_ and 16 hexadecimal digits'],
      ['SEGMIND_MODE', 'must be async or sync'],
    ]);
    expect(values).toMatchObject({ DISCORD_TOKEN: BOT_TOKEN, DATABASE_URL: 'file:./data/timeless.db' });
    expect(values).not.toHaveProperty('SEGMIND_MODE');
    expect(given).toBe(2);
    expect(hints).toEqual(['No setting is called SEGMIND_KEY: .env.example lists them all.']);
  });
});
