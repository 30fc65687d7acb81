import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REST } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryTransient } from '../../src/delivery/retry-transient.ts';
import { longWait, recordedLog } from '../support/job-fixtures.ts';

const FACTS = { job: '0000000000001', route: 'reply' };

let server: Server;
let answer: RequestListener;
beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The error that discord.js throws for an answer with this status and code. */
async function errorOf(listener: RequestListener, options: { token?: boolean; timeout?: number } = {}) {
  answer = listener;
  // Safe cast: a listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const rest = new REST({ api: `http://127.0.0.1:${port}`, retries: 0, timeout: options.timeout ?? 5_000 });
  if (options.token !== false) rest.setToken('a.b.c');
  return rest.patch('/channels/1/messages/2', { body: {} }).then(
    () => {
      throw new Error('The call succeeded.');
    },
    (error: unknown) => error,
  );
}

const respond =
  (status: number, body: string, type = 'application/json'): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);

/** Calls that fail `times` times with this error, and how they end. */
async function retryThrough(error: unknown, times: number) {
  vi.useFakeTimers();
  const { log, lines } = recordedLog();
  let calls = 0;
  const ended = retryTransient(
    async () => {
      calls += 1;
      if (calls <= times) throw error;
      return 'arrived';
    },
    FACTS,
    log,
  );
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  return { outcome: await ended, calls, lines };
}

describe('retryTransient repeats', () => {
  const troubles: [string, () => Promise<unknown>][] = [
    ['a 500', () => errorOf(respond(500, '{}'))],
    ['a 502 that is a page', () => errorOf(respond(502, '<html>', 'text/html'))],
    ['a connection that breaks', () => errorOf((request) => request.destroy())],
    ['a time-out', () => errorOf(() => {}, { timeout: 50 })],
    [
      'a connection that can’t be made',
      async () => {
        const rest = new REST({ api: 'http://127.0.0.1:1', retries: 0 }).setToken('a.b.c');
        return rest.get('/gateway').catch((error: unknown) => error);
      },
    ],
  ];
  it.each(troubles)('%s', async (_, make) => {
    const { outcome, calls } = await retryThrough(await make(), 5);
    expect(outcome).toEqual({ value: 'arrived' });
    expect(calls).toBe(6);
  });

  it('for 15 minutes, not longer', async () => {
    const error = await errorOf(respond(503, '{}'));
    const { outcome, calls } = await retryThrough(error, Number.POSITIVE_INFINITY);
    expect(outcome).toEqual({ error });
    expect(calls).toBeGreaterThan(30);
    expect(calls).toBeLessThan(45);
  });
});

describe('a wait that Discord asks for', () => {
  it('is obeyed', async () => {
    const { outcome, calls, lines } = await retryThrough(longWait(300), 2);
    expect(outcome).toEqual({ value: 'arrived' });
    expect(calls).toBe(3);
    expect(lines.map(({ level }) => level)).toEqual([40, 40]);
  });

  it('ends the retries at once when it is longer than 15 minutes', async () => {
    const error = longWait(64_800);
    expect(await retryThrough(error, 1)).toMatchObject({ outcome: { error }, calls: 1 });
  });
});

describe('retryTransient does not repeat', () => {
  it.each([
    [400, 50_035],
    [401, 50_027],
    [403, 50_001],
    [404, 10_008],
    [413, 40_005],
  ])('a %i with code %i, and logs it as a warning', async (status, code) => {
    const error = await errorOf(respond(status, JSON.stringify({ code, message: 'no' })));
    const { outcome, calls, lines } = await retryThrough(error, 1);
    expect(outcome).toEqual({ error });
    expect(calls).toBe(1);
    expect(lines.map(({ level }) => level)).toEqual([40]);
  });

  it('a 413 that is a proxy’s HTML page', async () => {
    expect((await retryThrough(await errorOf(respond(413, '<html>', 'text/html')), 1)).calls).toBe(1);
  });

  it.each([
    ['a missing token', () => errorOf(respond(200, '{}'), { token: false })],
    ['a TypeError', async () => new TypeError('x is not a function')],
    ['an answer that is no JSON', () => errorOf(respond(200, 'nonsense'))],
  ])('%s, and logs it as an error of ours', async (_, make) => {
    const { outcome, calls, lines } = await retryThrough(await make(), 1);
    expect(outcome).toHaveProperty('error');
    expect(calls).toBe(1);
    expect(lines.map(({ level }) => level)).toEqual([50]);
  });
});
