import { on, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PageServer } from '../../../sandbox/page/server/page-server.ts';
import { Stack } from '../../../sandbox/session/stack.ts';
import { Caller } from '../../support/segmind-caller.ts';

let stack: Stack;
let server: PageServer;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'timeless-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets/index.js'), '1');
  stack = await Stack.create({ requestsPerMinute: 25 });
  server = await PageServer.start(stack, folder);
});
afterEach(async () => {
  await server.close();
  await stack.stop();
  rmSync(folder, { recursive: true });
});

async function get(path: string, headers: Record<string, string> = {}) {
  const sent = request(server.url + path, { headers }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'end');
  return response;
}

/** The first message over a websocket, or the status with which it was refused. */
async function openSocket(headers: Record<string, string>): Promise<string | number> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/live`, { headers });
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      socket.close();
      resolve(String(data));
    });
    socket.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
    socket.on('error', () => {});
  });
}

/** Sends a text and resolves to the code with which the server closes the socket. */
async function sendText(text: string): Promise<number> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/live`, { headers: { origin: server.url } });
  socket.on('open', () => socket.send(text));
  const [code] = await once(socket, 'close');
  return code;
}

/** Performs an action as a page would, and resolves to its outcome. */
async function perform(action: object): Promise<unknown> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/live`, { headers: { origin: server.url } });
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 1, ...action }));
  for await (const [data] of on(socket, 'message')) {
    const { outcome } = JSON.parse(String(data));
    if (outcome === undefined) continue;
    socket.close();
    return outcome;
  }
  return undefined;
}

describe('the server of the page', () => {
  it('listens on loopback only, and sends a policy that allows nothing but itself', async () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    const { statusCode, headers } = await get('/');
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['/', 200],
    ['/assets/index.js', 200],
    ['/avatars/alice.svg', 200],
    ['/assets/none.js', 404],
    ['/attachments/1/2/x.png', 404],
    ['/../../package.json', 404],
    ['/..%2f..%2fpackage.json', 404],
    ['/sources.sha256', 404],
    ['//', 404],
    ['//[', 404],
    ['/?x=//', 200],
  ])('GET %s is answered with %d', async (path, status) => {
    expect((await get(path)).statusCode).toBe(status);
  });

  it.each([
    [{ host: 'evil.test' }],
    [{ host: '127.0.0.1:1' }],
    [{ origin: 'http://evil.test' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
  ])('refuses a request with %j', async (headers) => {
    expect((await get('/', headers)).statusCode).toBe(403);
  });

  it.each([[{}], [{ origin: 'http://evil.test' }]])('refuses a websocket with %j', async (headers) => {
    expect(await openSocket(headers)).toBe(403);
  });

  it('sends the whole state over a websocket of its own page', async () => {
    const { changes } = JSON.parse(String(await openSocket({ origin: server.url })));
    expect(changes).toMatchObject({ me: { username: 'alice' }, bot: { state: 'starting' }, messages: [] });
  });

  it('sends when all submits of the last minutes that count were sent, and the latest 20 in full', async () => {
    const { segmind } = stack;
    const caller = new Caller(segmind);
    for (let count = 0; count < segmind.requestsPerMinute + 2; count += 1) await caller.post();
    const { changes } = JSON.parse(String(await openSocket({ origin: server.url })));
    expect(changes.segmind.countedMs).toHaveLength(25);
    expect(changes.segmind.submits).toHaveLength(20);
  });

  it('closes a websocket that sends too large a frame, and goes on', async () => {
    expect(await sendText('x'.repeat(300_000))).toBe(1009);
    expect((await get('/')).statusCode).toBe(200);
  });

  it('goes on when a websocket breaks a rule of the protocol', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/live`, { headers: { origin: server.url } });
    socket.on('error', () => {});
    await once(socket, 'open');
    // Safe cast: a frame of a kind that doesn't exist, written past the client that would refuse it.
    (socket as unknown as { _socket: Socket })._socket.write(Buffer.from([0xff, 0xff]));
    await once(socket, 'close');
    expect((await get('/')).statusCode).toBe(200);
  });

  it.each([
    [{ do: 'say', text: 'x'.repeat(2_001) }, 'a message has at most 2000 characters'],
    [{ do: 'say', text: 'x'.repeat(60_000) }, 'the text is too long'],
    [{ do: 'kill' }, 'the bot is not running'],
  ])('answers %j with a problem', async (action, problem) => {
    expect(await perform(action)).toEqual({ problem });
  });

  it.each(['{', '[]', '{"id":1,"do":"format"}', '{"do":"kill"}'])('closes a websocket that sends %s', async (text) => {
    expect(await sendText(text)).toBe(1008);
  });
});
