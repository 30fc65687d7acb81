import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RESTEvents, Routes } from 'discord.js';
import { expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { type Connection, createConnection } from '../../src/events/connection.ts';
import { BOT_TOKEN } from '../support/bot-token.ts';
import { guardParts } from '../support/guard-parts.ts';

/** The connection of a process with these shards. */
function connectionOf(
  shards: { readonly count: string; readonly ids?: string },
  apiUrl = 'http://127.0.0.1:9',
): Connection {
  const { discord } = parseConfig({
    DISCORD_TOKEN: BOT_TOKEN,
    DISCORD_API_URL: apiUrl,
    DISCORD_SHARD_COUNT: shards.count,
    ...(shards.ids ? { DISCORD_SHARD_IDS: shards.ids } : {}),
    SEGMIND_API_KEY: 'SG_0123456789abcdef',
    DATABASE_URL: 'postgres://127.0.0.1/timeless',
  });
  const connection = createConnection(discord, guardParts());
  onTestFinished(() => connection.client.destroy());
  return connection;
}

it.each([
  [{ count: '1' }, 45],
  [{ count: 'auto' }, 45],
  [{ count: '3' }, 45],
  [{ count: '3', ids: '0' }, 15],
  [{ count: '5', ids: '1,3-4' }, 27],
  [{ count: '400', ids: '0-15' }, 1],
  [{ count: '400', ids: '7' }, 1],
])("limits requests with the bot's token to the share of its shards, %o: %i a second", (shards, requestsPerSecond) => {
  expect(connectionOf(shards).botRest.options.globalRequestsPerSecond).toBe(requestsPerSecond);
});

it('always sets the client’s own shards and their total', () => {
  expect(connectionOf({ count: '1' }).client.options).toMatchObject({ shards: [0], shardCount: 1 });
  expect(connectionOf({ count: '3' }).client.options).toMatchObject({ shards: [0, 1, 2], shardCount: 3 });
  expect(connectionOf({ count: '5', ids: '3-4' }).client.options).toMatchObject({ shards: [3, 4], shardCount: 5 });
});

it('sends 300 answers to interactions in a row without waiting for a rate limit of its own', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // Safe cast: a server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  const { client, interactionRest } = connectionOf({ count: '400', ids: '7' }, `http://127.0.0.1:${port}`);
  let waits = 0;
  for (const rest of [client.rest, interactionRest])
    rest.on(RESTEvents.RateLimited, () => {
      waits += 1;
    });
  const ids = Array.from({ length: 100 }, (_, id) => `${400_000_000_000_000_000n + BigInt(id)}`);
  await Promise.all(
    ids.flatMap((id) => [
      client.rest.post(Routes.interactionCallback(id, 'token'), { auth: false, body: { type: 5 } }),
      client.rest.patch(Routes.webhookMessage('1', `${id}-a`), { auth: false, body: {} }),
      interactionRest.patch(Routes.webhookMessage('1', `${id}-b`), { auth: false, body: {} }),
    ]),
  );
  expect(asked).toHaveLength(300);
  expect(waits).toBe(0);
});
