import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  [{ count: '1' }, 50, 45],
  [{ count: 'auto' }, 50, 45],
  [{ count: '3' }, 50, 45],
  [{ count: '3', ids: '0' }, 16, 15],
  [{ count: '5', ids: '1,3-4' }, 30, 27],
  [{ count: '400', ids: '0-15' }, 2, 1],
  [{ count: '400', ids: '7' }, 1, 1],
])('limits its requests to the share of its shards, %o: %i and %i a second', (shards, own, bot) => {
  const { client, botRest, interactionRest } = connectionOf(shards);
  expect([client.rest, botRest, interactionRest].map(({ options }) => options.globalRequestsPerSecond)).toEqual([
    own,
    bot,
    Number.POSITIVE_INFINITY,
  ]);
});

it('always sets the client’s own shards and their total', () => {
  expect(connectionOf({ count: '1' }).client.options).toMatchObject({ shards: [0], shardCount: 1 });
  expect(connectionOf({ count: '3' }).client.options).toMatchObject({ shards: [0, 1, 2], shardCount: 3 });
  expect(connectionOf({ count: '5', ids: '3-4' }).client.options).toMatchObject({ shards: [3, 4], shardCount: 5 });
});

it('answers interactions at once while rate-limited requests wait', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // Safe cast: a server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  const { client } = connectionOf({ count: '400', ids: '7' }, `http://127.0.0.1:${port}`);
  client.rest.setToken('token');
  const counted = [client.rest.get('/users/@me'), client.rest.get('/gateway/bot')];
  await Promise.race(counted);
  const callbacks = Array.from({ length: 10 }, (_, id) =>
    client.rest.post(`/interactions/${id}/token/callback`, { auth: false, body: { type: 5 } }),
  );
  await Promise.all([...callbacks, ...counted]);
  expect(asked).toHaveLength(12);
  expect(asked.at(-1)).toBe('/v10/gateway/bot');
});
