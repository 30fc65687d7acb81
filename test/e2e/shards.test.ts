import { afterEach, describe, expect, it } from 'vitest';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox, type DiscordSandboxOptions, type Guild } from '../../sandbox/discord/index.ts';
import { SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { shardOf } from '../../src/shards.ts';
import { identified } from '../support/discord/raw-client.ts';
import { imageReply, openTestBed, type TestBed } from '../support/test-bed.ts';

const nowhere = { url: 'http://127.0.0.1:9', apiKey: 'SG_0123456789abcdef', imageHost: '127.0.0.1:9' };
const SHARDS = 3;
const everyShard = Array.from({ length: SHARDS }, (_, index) => [index, SHARDS]);

let bed: TestBed | undefined;
/** Bots that a failed test left running. */
const bots: BotProcess[] = [];
afterEach(async () => {
  const opened = bed;
  bed = undefined;
  await opened?.close();
  for (const bot of bots.splice(0)) bot.kill();
});

/** Opens a bed with three shards that can connect at the same time. */
async function openShards(env: Readonly<Record<string, string>>): Promise<TestBed> {
  const opened = await openTestBed({ discord: { shards: SHARDS, maxConcurrency: SHARDS }, env });
  bed = opened;
  return opened;
}

/** Creates servers until each shard has this many; the shard depends on the time of creation. */
async function guildsOnEveryShard(discord: DiscordSandbox, perShard: number): Promise<Guild[]> {
  const guilds: Guild[][] = everyShard.map(() => []);
  await discord.waitFor(() => {
    const guild = discord.createGuild();
    guild.join(discord.user('alice'));
    guilds[shardOf(guild.id, SHARDS)]?.push(guild);
    return guilds.every(({ length }) => length >= perShard);
  });
  return guilds.flatMap((own) => own.slice(0, perShard));
}

const paintIn = (discord: DiscordSandbox, guild: Guild, prompt: string) =>
  discord.actor('alice', guild.channel('general')).command('timeless', { prompt });

describe('several shards', () => {
  it.each([['auto'], [String(SHARDS)]])(
    'are connected separately and all answer with DISCORD_SHARD_COUNT=%s',
    { tags: 'slow' },
    async (count) => {
      const opened = await openShards({ DISCORD_SHARD_COUNT: count });
      const { discord, segmind } = opened;
      expect(discord.gateway.shards).toEqual(everyShard);
      const guilds = await guildsOnEveryShard(discord, 2);
      segmind.hold();
      const invocations = await Promise.all(guilds.map((guild) => paintIn(discord, guild, guild.id)));
      invocations.push(await discord.actor('alice', 'dm').command('timeless', { prompt: 'directly' }));
      // A request in transit when the process dies ends as unknown.
      const polled = () => new Set(segmind.requests.map(({ path }) => path).filter((path) => path.endsWith('/status')));
      await discord.waitFor(() => polled().size === invocations.length);
      const accepted = opened.bot.log.filter(({ msg }) => msg === 'accepted');
      expect(accepted).toHaveLength(invocations.length);
      for (const { guild, shard } of accepted) {
        expect(shard).toBe(guild === undefined ? 0 : shardOf(String(guild), SHARDS));
      }
      await opened.restart();
      segmind.release();
      await Promise.all(invocations.map((invocation) => imageReply(invocation)));
      expect(segmind.submits).toHaveLength(invocations.length);
      const delivered = () => opened.bot.log.filter(({ msg }) => msg === 'delivered');
      await discord.waitFor(() => delivered().length === invocations.length);
      expect(new Set(delivered().map(({ shard }) => shard))).toEqual(new Set([0, 1, 2]));
      const puts = discord.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/commands'));
      expect(puts).toHaveLength(1);
    },
  );

  it('are not affected when one of them drops and resumes', async () => {
    const { discord, segmind } = await openShards({ DISCORD_SHARD_COUNT: 'auto' });
    const guilds = await guildsOnEveryShard(discord, 1);
    segmind.hold();
    const invocations = await Promise.all(guilds.map((guild) => paintIn(discord, guild, 'before')));
    await Promise.all(invocations.map((invocation) => invocation.waitForReply()));
    discord.gateway.drop(1);
    await Promise.all(guilds.map((guild) => paintIn(discord, guild, 'meanwhile')));
    await discord.waitFor(() => discord.gateway.resumes > 0);
    segmind.release();
    await Promise.all(invocations.map((invocation) => imageReply(invocation)));
    await Promise.all(guilds.map(async (guild) => imageReply(await paintIn(discord, guild, 'afterwards'))));
    expect(discord.gateway.shards).toEqual(everyShard);
    expect([discord.gateway.identifies, discord.gateway.resumes]).toEqual([SHARDS, 1]);
  });

  it.each([4004, 4011])(
    'exit together, with one clear line, after the fatal close %i of one of them',
    { tags: 'slow' },
    async (code) => {
      const { discord, bot } = await alone({ shards: SHARDS, maxConcurrency: SHARDS }, { DISCORD_SHARD_COUNT: 'auto' });
      await bot.ready;
      discord.gateway.closeWith(code, 1);
      expect(await bot.exited).toBe(1);
      expect(bot.stderr.trim().split('\n')).toHaveLength(1);
      expect(bot.stderr).toContain(`closed shard 1 for good (${code})`);
      await discord.close();
    },
  );
});

describe('the number of shards', { tags: 'slow' }, () => {
  it('is too small for the servers: exits with what to set', async () => {
    const { discord, bot } = await alone({ maxGuildsPerShard: 0 });
    expect(await bot.exited).toBe(1);
    expect(bot.stderr.trim().split('\n')).toHaveLength(1);
    expect(bot.stderr).toContain('Set DISCORD_SHARD_COUNT to auto');
    await discord.close();
  });

  it('is smaller than Discord recommends: is logged', async () => {
    const { discord, bot } = await alone({ shards: 2 });
    await bot.ready;
    const warnings = bot.log.filter(({ level }) => level === 40);
    expect(warnings).toMatchObject([{ shards: 1, recommended: 2 }]);
    expect(warnings[0]?.['msg']).toContain('DISCORD_SHARD_COUNT');
    expect(await bot.stop()).toBe(0);
    await discord.close();
  });

  it('is requested again when Discord fails or answers nonsense', async () => {
    const discord = await DiscordSandbox.start({ shards: 2, maxConcurrency: 2 });
    discord.faults.add({ path: /gateway\/bot/, respond: { status: 503, body: {} } });
    discord.faults.add({ path: /gateway\/bot/, respond: { status: 200, body: { url: 'wss://nowhere' } } });
    const bot = startBot({ discord, segmind: nowhere, env: { DISCORD_SHARD_COUNT: 'auto' } });
    await bot.ready;
    expect(discord.gateway.shards).toHaveLength(2);
    expect(await bot.stop()).toBe(0);
    await discord.close();
  });

  it.each([
    { SHARDS: 'auto', SHARD_COUNT: 'auto' },
    { SHARDS: '[4]', SHARD_COUNT: '8' },
    { SHARDING_MANAGER: 'true', SHARDING_MANAGER_MODE: 'worker' },
  ])('ignores the variables that discord.js reads by itself: %o', async (env) => {
    const { discord, bot } = await alone({}, env);
    await bot.ready;
    expect(discord.gateway.shards).toEqual([[0, 1]]);
    expect(await bot.stop()).toBe(0);
    await discord.close();
  });
});

describe('identifies', { tags: 'slow' }, () => {
  it('are awaited when too few are left, without using one up', async () => {
    const discord = await DiscordSandbox.start({ identifiesPerDay: 2, identifyResetMs: 6_000, maxConcurrency: 2 });
    const other = await identified(discord, { shard: [1, 2] });
    other.close();
    const bot = startBot({ discord, segmind: nowhere, env: { DISCORD_SHARD_COUNT: '2' } });
    bots.push(bot);
    await discord.waitFor(() => bot.log.some(({ remaining, needed }) => remaining === 1 && needed === 2));
    expect(discord.gateway.identifies).toBe(1);
    await bot.ready;
    expect(discord.gateway.identifies).toBe(3);
    expect(discord.violations).toEqual([]);
    expect(await bot.stop()).toBe(0);
    await discord.close();
  });

  it('can be awaited and still allow a stop at once', async () => {
    const { discord, bot } = await alone({ identifiesPerDay: 0 });
    await discord.waitFor(() => bot.log.some(({ remaining }) => remaining === 0));
    expect(await bot.stop()).toBe(0);
    expect(bot.stderr).toBe('');
    expect(discord.violations).toEqual([]);
    await discord.close();
  });
});

describe('a process with some of the shards', () => {
  it('exits without a shared database, with a line that says so', async () => {
    const { discord, bot } = await alone({ shards: 3 }, { DISCORD_SHARD_COUNT: '3', DISCORD_SHARD_IDS: '0-1' });
    expect(await bot.exited).toBe(1);
    expect(bot.stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^DATABASE_URL must be a postgres:\/\/ URL /),
    ]);
    expect(discord.requests).toEqual([]);
    await discord.close();
  });
});

describe('a press on a connected shard while others are not connected', { tags: 'slow' }, () => {
  it('is answered too late, which is logged, and starts nothing; later ones are answered', async () => {
    const discord = await DiscordSandbox.start({ shards: SHARDS });
    const segmind = await SegmindSandbox.start({ queueMs: 50, renderMs: 100 });
    const bot = startBot({ discord, segmind, env: { DISCORD_SHARD_COUNT: 'auto' } });
    const alice = discord.actor('alice', 'dm');
    await discord.waitFor(() => discord.gateway.shards.length > 0);
    const early = await alice.command('timeless', { prompt: 'too early' }, { force: true });
    await bot.ready;
    await discord.waitFor(() => bot.log.some(({ interaction }) => interaction === early.id));
    const lines = bot.log.filter(({ interaction }) => interaction === early.id);
    expect(lines).toMatchObject([{ msg: 'interaction not acknowledged', shard: 0 }]);
    expect(lines[0]?.['err']).toMatchObject({ code: 10_062 });
    await discord.waitFor(() => discord.commands.length > 0);
    await imageReply(await alice.command('timeless', { prompt: 'in time' }));
    expect(segmind.submits.map(({ body }) => body['prompt'])).toEqual(['in time']);
    expect(await bot.stop()).toBe(0);
    await discord.close();
    await segmind.close();
  });
});

/** A bot without Segmind. */
async function alone(
  options: DiscordSandboxOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<{ discord: DiscordSandbox; bot: BotProcess }> {
  const discord = await DiscordSandbox.start(options);
  const bot = startBot({ discord, segmind: nowhere, env });
  bots.push(bot);
  return { discord, bot };
}
