import { afterEach, expect, it } from 'vitest';
import { DiscordSandbox, type DiscordSandboxOptions } from '../../sandbox/discord/index.ts';
import { parseConfig } from '../../src/config.ts';
import { createConnection } from '../../src/events/connection.ts';
import { login } from '../../src/events/login.ts';
import { createLog } from '../../src/log.ts';
import { guardParts } from '../support/guard-parts.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const what of open.splice(0)) await what.close();
});

it.each<[string, DiscordSandboxOptions, string]>([
  ['lower shards', {}, '9'],
  ['identifies that are left', { identifiesPerDay: 0 }, '0'],
])('ends with the stop’s reason while it waits for %s, and does nothing afterwards', async (_, options, ids) => {
  const discord = await DiscordSandbox.start(options);
  open.push(discord);
  const config = parseConfig({
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_SHARD_COUNT: '10',
    DISCORD_SHARD_IDS: ids,
    SEGMIND_API_KEY: 'SG_0123456789abcdef',
    DATABASE_URL: 'postgres://127.0.0.1/timeless',
  });
  const { client } = createConnection(config.discord, guardParts());
  open.push({ close: () => client.destroy() });
  const lines: string[] = [];
  const write = (line: string) => {
    lines.push(line);
  };
  const log = createLog({ level: 'info', logPrompts: false }, { write });
  const stop = new AbortController();
  const ended = login(client, discord.token, { log, signal: stop.signal }).catch((error: unknown) => error);
  await discord.waitFor(() => lines.some((line) => line.includes('"waitMs"')));
  const reason = new Error('enough');
  stop.abort(reason);
  expect(await ended).toBe(reason);
  expect(discord.requests.map(({ path }) => path)).toEqual(['/gateway/bot']);
  expect(discord.gateway.connections).toBe(0);
});
