import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';

const nowhere = { url: 'http://127.0.0.1:9', apiKey: 'SG_0123456789abcdef', imageHost: '127.0.0.1:9' };

let discord: DiscordSandbox;
let bot: BotProcess | undefined;
beforeEach(async () => {
  discord = await DiscordSandbox.start();
});
afterEach(async () => {
  const code = await bot?.stop();
  const { violations } = discord;
  await discord.close();
  expect(violations).toEqual([]);
  expect([code, bot?.stderr]).toEqual([0, '']);
  bot = undefined;
});

/** The gateway's log lines, without times. */
function gatewayLines(): Record<string, unknown>[] {
  const lines = bot?.log ?? [];
  return lines
    .filter(({ msg }) => String(msg).startsWith('gateway '))
    .map(({ level, shard, code, counts, msg }) => ({
      level,
      shard,
      msg,
      ...(code === undefined ? {} : { code }),
      ...(counts === undefined ? {} : { counts }),
    }));
}

const lastLine = (msg: string) => gatewayLines().findLast((line) => line['msg'] === msg);

it('logs the shard and close code of each disconnect, and how the connection recovered', async () => {
  bot = startBot({ discord, segmind: nowhere });
  await bot.ready;
  const resumed = (times: number) => discord.waitFor(() => discord.gateway.resumes === times);
  discord.gateway.drop();
  await resumed(1);
  discord.gateway.closeWith(4_000);
  await resumed(2);
  discord.gateway.reconnect();
  await resumed(3);
  await discord.waitFor(() => lastLine('gateway unstable'));
  // On a busy machine, the last reconnect may take longer than what one line sums up: then two more lines say so.
  const lines = gatewayLines();
  const late = lines.findIndex(({ msg }) => msg === 'gateway still not connected');
  if (late >= 0)
    expect(lines.slice(late, late + 2)).toMatchObject([
      { level: 40, msg: 'gateway still not connected' },
      { level: 30, msg: 'gateway resumed' },
    ]);
  expect(late < 0 ? lines : lines.toSpliced(late, 2)).toEqual([
    { level: 30, shard: 0, msg: 'gateway connected' },
    { level: 40, shard: 0, code: 1_006, msg: 'gateway disconnected' },
    { level: 30, shard: 0, msg: 'gateway resumed' },
    { level: 40, shard: 0, code: 4_000, msg: 'gateway disconnected' },
    { level: 40, shard: 0, code: 4_200, msg: 'gateway disconnected' },
    {
      level: 40,
      shard: 0,
      counts: {
        connected: 1,
        'disconnected (1006)': 1,
        resumed: 3,
        'disconnected (4000)': 1,
        'disconnected (4200)': 1,
      },
      msg: 'gateway unstable',
    },
  ]);
});

async function countsRefused(how: 'reset' | number, kind: string): Promise<void> {
  discord.gateway.refuse(how);
  bot = startBot({ discord, segmind: nowhere });
  const told = await discord.waitFor(() => lastLine('gateway still not connected'));
  expect(discord.gateway.attempts).toBeGreaterThan(2);
  expect(told).toMatchObject({ level: 40, shard: 0, counts: { [kind]: expect.any(Number) } });
  const before = gatewayLines().map((line) => JSON.stringify(line));
  expect(new Set(before).size).toBe(before.length);
  discord.gateway.admit();
  await bot.ready;
  await discord.waitFor(() => discord.commands.length > 0);
  expect(gatewayLines().slice(before.length)).toEqual([{ level: 30, shard: 0, msg: 'gateway connected' }]);
  expect([discord.gateway.identifies, discord.gateway.connections]).toEqual([1, 1]);
}
it('counts refused connections at the start, and connects when it can', { tags: 'slow' }, () =>
  countsRefused('reset', 'connection failed (1006)'),
);
it('... also when each one is an error', { tags: 'slow' }, () =>
  countsRefused(503, 'error (Unexpected server response: 503)'),
);

it('logs that it waits for a gateway that accepts connections but stays silent', { tags: 'slow' }, async () => {
  discord.gateway.refuse('silence');
  bot = startBot({ discord, segmind: nowhere });
  const told = await discord.waitFor(() => lastLine('gateway still not connected'));
  expect(told).toEqual({ level: 40, shard: 0, counts: {}, msg: 'gateway still not connected' });
});
