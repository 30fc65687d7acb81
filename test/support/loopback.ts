import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { SegmindClient, type SegmindTimeouts } from '../../src/segmind/client.ts';
import { parametersSchema } from '../../src/segmind/parameters.ts';

export const API_KEY = 'SG_0123456789abcdef';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Loopback {
  host: string;
  url: string;
  received: Received[];
  connectionCount: number;
}

/** A real HTTP server on loopback for one test. */
export async function listen(
  respond: (response: ServerResponse, request: Received, index: number) => void,
): Promise<Loopback> {
  const loopback: Loopback = { host: '', url: '', received: [], connectionCount: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const received = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      loopback.received.push(received);
      respond(response, received, loopback.received.length - 1);
    });
  });
  server.on('connection', () => {
    loopback.connectionCount += 1;
  });
  return await start(server, loopback, () => server.closeAllConnections());
}

/** A TCP server on loopback for one test, for answers that an HTTP server can't give. */
export async function listenRaw(onConnection: (socket: Socket) => void): Promise<Loopback> {
  const loopback: Loopback = { host: '', url: '', received: [], connectionCount: 0 };
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    loopback.connectionCount += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  return await start(server, loopback, () => {
    for (const socket of sockets) socket.destroy();
  });
}

async function start(server: ReturnType<typeof createTcpServer>, loopback: Loopback, endConnections: () => void) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  loopback.host = `127.0.0.1:${address.port}`;
  loopback.url = `http://${loopback.host}`;
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        endConnections();
      }),
  );
  return loopback;
}

/** A client of that server for one test; images come from it as well. */
export function clientOf(server: Loopback, timeouts: Partial<SegmindTimeouts> = {}): SegmindClient {
  const client = new SegmindClient({
    apiKey: API_KEY,
    baseUrl: server.url,
    imageHosts: [server.host],
    timeouts: { downloadPauseMs: 1, ...timeouts },
  });
  onTestFinished(() => client.close());
  return client;
}

/** A server that gives every call the same answer, and its client. */
export async function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const server = await listen((response) => sendJson(response, status, body, headers));
  return { server, client: clientOf(server) };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The error of `failing`; the test fails if it resolves. */
export async function rejectionOf(failing: Promise<unknown>): Promise<unknown> {
  try {
    await failing;
  } catch (error) {
    return error;
  }
  throw new Error('the promise was fulfilled');
}

export const REQUEST_ID = '0f4c1a52-8a2e-4a52-9a43-8f4f0e5f0a11';

export function parameters(overrides: object = {}) {
  return parametersSchema.parse({ prompt: 'a red rose', seed: 7, ...overrides });
}

/** The smallest PNG: one transparent pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
