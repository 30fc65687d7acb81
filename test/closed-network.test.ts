import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { connect } from 'node:net';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeRefusedHosts } from './support/closed-network.ts';

describe('the closed network', () => {
  const server = createServer((_request, response) => response.end('here'));
  let port = 0;

  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  it.each(['127.0.0.1', 'localhost'])('lets connections to %s through', async (host) => {
    expect(await (await fetch(`http://${host}:${port}`)).text()).toBe('here');
    expect(await (await request(`http://${host}:${port}`)).body.text()).toBe('here');
    expect(takeRefusedHosts()).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['net', () => connect(80, 'example.com')],
    ['net with options', () => connect({ host: '192.0.2.1', port: 80 })],
    ['http', () => get('http://example.com')],
    ['https', () => getSecurely('https://example.com')],
    ['fetch', () => fetch('https://example.com')],
    ['undici', () => request('https://example.com')],
    ['an address that only looks like loopback', () => fetch('http://127.0.0.1.example.com')],
  ])('refuses another host to %s and remembers it', async (_name, attempt) => {
    await expect((async () => attempt())()).rejects.toThrow();
    expect(takeRefusedHosts()).toHaveLength(1);
  });
});
