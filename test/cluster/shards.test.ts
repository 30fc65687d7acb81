import { afterEach, describe, expect, it } from 'vitest';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import { newSchemaUrl } from '../support/postgres/admin.ts';

const nowhere = { url: 'http://127.0.0.1:9', apiKey: 'SG_0123456789abcdef', imageHost: '127.0.0.1:9' };

/** Killed after a test, in case it failed. */
const bots: BotProcess[] = [];
afterEach(() => {
  for (const bot of bots.splice(0)) bot.kill();
});

/** A process for these shards of `count`. */
async function startPart(discord: DiscordSandbox, count: number, ids: string): Promise<BotProcess> {
  const env = {
    DISCORD_SHARD_COUNT: String(count),
    DISCORD_SHARD_IDS: ids,
    DATABASE_URL: await newSchemaUrl(),
  };
  const bot = startBot({ discord, segmind: nowhere, env });
  bots.push(bot);
  return bot;
}

const isWaiting = ({ log }: BotProcess) => log.some(({ waitMs }) => waitMs !== undefined);

describe('processes for parts of the shards', () => {
  it('connect one after another, each with its own shards, and one of them registers the commands', async () => {
    const discord = await DiscordSandbox.start({ shards: 4, maxConcurrency: 2 });
    const [high, low] = [await startPart(discord, 4, '2-3'), await startPart(discord, 4, '0-1')];
    await low.ready;
    expect(isWaiting(low)).toBe(false);
    await discord.waitFor(() => discord.commands.length > 0);
    await high.ready;
    expect(isWaiting(high)).toBe(true);
    expect(discord.gateway.shards).toEqual([0, 1, 2, 3].map((index) => [index, 4]));
    expect(low.log.find(({ msg }) => msg === 'ready')).toMatchObject({ shards: [0, 1], of: 4 });
    expect(high.log.find(({ msg }) => msg === 'ready')).toMatchObject({ shards: [2, 3], of: 4 });
    expect(await Promise.all([high.stop(), low.stop()])).toEqual([0, 0]);
    const asked = discord.requests.filter(({ path }) => path.endsWith('/commands'));
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    expect(discord.gateway.overlaps).toEqual([]);
    expect(discord.violations).toEqual([]);
    await discord.close();
  });

  it('end at once when they are stopped while they wait for lower ones', async () => {
    const discord = await DiscordSandbox.start({ shards: 1_000 });
    const bot = await startPart(discord, 1_000, '999');
    await discord.waitFor(() => isWaiting(bot));
    expect(await bot.stop()).toBe(0);
    expect(bot.stderr).toBe('');
    expect(discord.gateway.identifies).toBe(0);
    expect(discord.violations).toEqual([]);
    await discord.close();
  });
});
