import { describe, expect, it, onTestFinished } from 'vitest';
import { SegmindClient } from '../../src/segmind/client.ts';
import { toSegmindBody } from '../../src/segmind/parameters.ts';
import {
  API_KEY,
  answering,
  clientOf,
  type Loopback,
  listen,
  listenRaw,
  parameters,
  REQUEST_ID,
  rejectionOf,
  sendJson,
} from '../support/loopback.ts';

const submit = (client: SegmindClient, signal?: AbortSignal) => client.submit(parameters(), signal ? { signal } : {});
const status = (client: SegmindClient, signal?: AbortSignal) =>
  client.inference(REQUEST_ID).status(signal ? { signal } : {});

const accepted = { request_id: REQUEST_ID, status: 'QUEUED', poll_url: 'http://169.254.169.254/' };

/** Waits for the server to have seen a request. */
async function requestAt(server: Loopback): Promise<void> {
  await expect.poll(() => server.received.length).toBeGreaterThan(0);
}

describe('submit', () => {
  it.each([200, 201, 202])('posts the parameters with the key and accepts a %d', async (code) => {
    const { server, client } = await answering(code, accepted);
    const inference = await client.submit(parameters({ samples: 2 }), { base64: true });
    expect(inference.requestId).toBe(REQUEST_ID);
    expect(server.received).toHaveLength(1);
    const [request] = server.received;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v2/sdxl1.0-timeless',
      headers: { 'x-api-key': API_KEY, 'content-type': 'application/json', 'accept-encoding': 'identity' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual(toSegmindBody(parameters({ samples: 2 }), { base64: true }));
  });

  it('keeps the path of the base URL and drops a slash at its end', async () => {
    const server = await listen((response) => sendJson(response, 200, accepted));
    const client = new SegmindClient({ apiKey: API_KEY, baseUrl: `${server.url}/proxy/`, imageHosts: [] });
    onTestFinished(() => client.close());
    await submit(client);
    expect(server.received[0]?.path).toBe('/proxy/v2/sdxl1.0-timeless');
  });
});

describe('inference', () => {
  it.each(['', '../v1/x', 'a/b', 'a?b', 'a b', 'x'.repeat(129)])('refuses %j as a request id', async (requestId) => {
    const { client } = await answering(200, {});
    expect(() => client.inference(requestId)).toThrow();
  });

  it('sends nothing by itself, and uses only URLs made from the request id', async () => {
    const { server, client } = await answering(200, { status: 'QUEUED', status_url: 'http://169.254.169.254/' });
    const inference = client.inference(REQUEST_ID);
    expect(server.received).toHaveLength(0);
    await inference.status();
    await inference.status();
    expect(server.received.map(({ method, path }) => [method, path])).toEqual([
      ['GET', `/v2/requests/${REQUEST_ID}/status`],
      ['GET', `/v2/requests/${REQUEST_ID}/status`],
    ]);
  });
});

describe('getCredits', () => {
  it.each([
    [
      { credits: 1.25, 'free-credits': 0.5 },
      { creditsUsd: 1.25, freeCreditsUsd: 0.5 },
    ],
    [{ credits: '1.25' }, { creditsUsd: 1.25, freeCreditsUsd: 0 }],
  ])('reads %j', async (body, credits) => {
    const { server, client } = await answering(200, body);
    expect(await client.getCredits()).toEqual(credits);
    expect(server.received[0]).toMatchObject({ path: '/v1/get-user-credits', headers: { 'x-api-key': API_KEY } });
  });
});

describe('connections', () => {
  it('are kept for GETs and fresh for each POST', async () => {
    const server = await listen((response, { method }) =>
      sendJson(response, 200, method === 'POST' ? accepted : { status: 'QUEUED' }),
    );
    const client = clientOf(server);
    for (let call = 0; call < 10; call += 1) await status(client);
    // Calls in quick succession may alternate between two connections.
    const keptCount = server.connectionCount;
    expect(keptCount).toBeLessThanOrEqual(2);
    for (let call = 0; call < 3; call += 1) await submit(client);
    expect(server.connectionCount).toBe(keptCount + 3);
  });

  it('that are refused show that nothing was sent', async () => {
    // Nothing listens on port 1 of loopback (reserved for tcpmux).
    const client = new SegmindClient({ apiKey: API_KEY, baseUrl: 'http://127.0.0.1:1', imageHosts: [] });
    onTestFinished(() => client.close());
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'ConnectionFailed' });
    expect(await rejectionOf(status(client))).toMatchObject({ name: 'ConnectionFailed' });
  });

  it('that are never completed show that nothing was sent', async () => {
    // The server never answers the TLS handshake.
    const server = await listenRaw(() => {});
    const client = new SegmindClient({
      apiKey: API_KEY,
      baseUrl: `https://${server.host}`,
      imageHosts: [],
      timeouts: { connectMs: 100 },
    });
    onTestFinished(() => client.close());
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'ConnectionFailed' });
    expect(await rejectionOf(status(client))).toMatchObject({ name: 'ConnectionFailed' });
  });

  it('that are not made within the total time show that nothing was sent', async () => {
    const server = await listenRaw(() => {});
    const client = new SegmindClient({
      apiKey: API_KEY,
      baseUrl: `https://${server.host}`,
      imageHosts: [],
      timeouts: { submitMs: 50 },
    });
    onTestFinished(() => client.close());
    const error = await rejectionOf(submit(client));
    expect(error).toMatchObject({ name: 'ConnectionFailed', cause: { name: 'RequestTimeout' } });
  });

  it('that break before an answer make the outcome of a POST unknown, and a GET retriable', async () => {
    const server = await listenRaw((socket) => socket.once('data', () => socket.destroy()));
    const client = clientOf(server);
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'OutcomeUnknown', phase: 'head' });
    expect(await rejectionOf(client.runSync(parameters()))).toMatchObject({ name: 'OutcomeUnknown', phase: 'head' });
    expect(await rejectionOf(status(client))).toMatchObject({ name: 'ConnectionBroken' });
    expect(server.connectionCount).toBe(3);
  });

  it('that break within the body of a success make the outcome of a POST unknown', async () => {
    const server = await listenRaw((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"request_id"')),
    );
    const client = clientOf(server);
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'OutcomeUnknown', phase: 'body' });
    expect(await rejectionOf(status(client))).toMatchObject({ name: 'ConnectionBroken' });
  });

  it('that break within the body of a refusal don’t change that it is a refusal', async () => {
    const server = await listenRaw((socket) =>
      socket.once('data', () =>
        socket.end('HTTP/1.1 429 Too Many\r\nretry-after: 5\r\ncontent-length: 100\r\n\r\n{"err'),
      ),
    );
    expect(await rejectionOf(submit(clientOf(server)))).toMatchObject({ name: 'RateLimited' });
  });
});

describe('time-outs', () => {
  const timeouts = { submitMs: 60, getMs: 60, syncMs: 60 };

  it('end a call whose answer never comes', async () => {
    const server = await listen(() => {});
    const client = clientOf(server, timeouts);
    const lost = { name: 'OutcomeUnknown', phase: 'head', cause: { name: 'RequestTimeout', timeoutMs: 60 } };
    expect(await rejectionOf(submit(client))).toMatchObject(lost);
    expect(await rejectionOf(client.runSync(parameters()))).toMatchObject(lost);
    expect(await rejectionOf(status(client))).toMatchObject({ name: 'RequestTimeout', timeoutMs: 60 });
    expect(await rejectionOf(client.getCredits())).toMatchObject({ name: 'RequestTimeout' });
  });

  it('include a body that arrives slowly', async () => {
    const server = await listen((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    const client = clientOf(server, timeouts);
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'OutcomeUnknown', phase: 'body' });
    expect(await rejectionOf(status(client))).toMatchObject({ name: 'RequestTimeout' });
  });
});

describe('an abort', () => {
  const reason = new Error('stopped');

  it('before anything was sent rejects with its reason', async () => {
    const { server, client } = await answering(200, accepted);
    const signal = AbortSignal.abort(reason);
    expect(await rejectionOf(submit(client, signal))).toBe(reason);
    expect(await rejectionOf(status(client, signal))).toBe(reason);
    expect(await rejectionOf(client.getCredits({ signal }))).toBe(reason);
    expect(server.received).toHaveLength(0);
  });

  it('while the connection is made rejects at once with its reason', async () => {
    const controller = new AbortController();
    const server = await listenRaw((socket) => socket.once('data', () => controller.abort(reason)));
    const client = new SegmindClient({ apiKey: API_KEY, baseUrl: `https://${server.host}`, imageHosts: [] });
    onTestFinished(() => client.close());
    expect(await rejectionOf(submit(client, controller.signal))).toBe(reason);
  });

  it('after a POST was sent makes its outcome unknown', async () => {
    const server = await listen(() => {});
    const controller = new AbortController();
    const failing = rejectionOf(submit(clientOf(server), controller.signal));
    await requestAt(server);
    controller.abort(reason);
    expect(await failing).toMatchObject({ name: 'OutcomeUnknown', phase: 'head', cause: reason });
  });

  it('after a GET was sent rejects with its reason', async () => {
    const server = await listen(() => {});
    const controller = new AbortController();
    const failing = rejectionOf(status(clientOf(server), controller.signal));
    await requestAt(server);
    controller.abort(reason);
    expect(await failing).toBe(reason);
  });
});

describe('answers', () => {
  it('that redirect are not followed', async () => {
    const elsewhere = await listen((response) => sendJson(response, 200, accepted));
    const server = await listen((response) => sendJson(response, 307, {}, { location: `${elsewhere.url}/v2/x` }));
    const client = clientOf(server);
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'UnexpectedStatus', status: 307 });
    expect(await rejectionOf(status(client))).toMatchObject({ name: 'UnexpectedStatus', status: 307 });
    expect(elsewhere.received).toHaveLength(0);
  });

  it('without an end are cut', async () => {
    const server = await listen((response) => {
      const chunk = Buffer.alloc(65_536, ' ');
      const pour = () => {
        while (!response.destroyed && response.write(chunk)) {}
      };
      response.on('drain', pour);
      pour();
    });
    const client = clientOf(server);
    expect(await rejectionOf(status(client))).toMatchObject({ name: 'UnreadableAnswer', issues: ['too long'] });
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'ForeignAnswer', status: 200 });
  });
});

describe('close', () => {
  it('ends the calls that are under way', async () => {
    const server = await listen(() => {});
    const client = clientOf(server);
    const failing = [rejectionOf(submit(client)), rejectionOf(status(client))] as const;
    await expect.poll(() => server.received.length).toBe(2);
    await client.close();
    expect(await failing[0]).toMatchObject({ name: 'OutcomeUnknown' });
    expect(await failing[1]).toMatchObject({ name: 'ConnectionBroken' });
  });
});
