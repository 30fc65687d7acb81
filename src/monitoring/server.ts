import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/** Probes and scrapers send short requests quickly. */
const LIMITS = {
  maxHeaderSize: 8_192,
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
};
const MAX_CONNECTIONS = 50;
/** A client that hasn't read its answer by then is disconnected. */
const IDLE_TIMEOUT_MS = 10_000;

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

interface ServerParts {
  readonly readiness: Readiness;
  readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
  readonly log: Log;
}

const json = (status: number, body: object): Page => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

/**
 * Answers GET and HEAD on `/healthz` (the process is alive), `/readyz` (it can work) and `/metrics`, and nothing else.
 * @returns what closes it
 * @throws FatalError when the port can't be used
 */
export async function startServer(
  { host, port }: { readonly host: string; readonly port: number },
  { readiness, metrics, log }: ServerParts,
): Promise<{ close(): Promise<void> }> {
  const pages: Readonly<Record<string, () => Page | Promise<Page>>> = {
    '/healthz': () => json(200, { status: 'alive' }),
    '/readyz': async () => {
      const { isReady, checks } = await readiness.check();
      return json(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', checks });
    },
    '/metrics': async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() }),
  };
  const server = createServer(LIMITS, (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (!page) return send(response, json(404, { error: 'not found' }));
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(response, json(405, { error: 'method not allowed' }));
    }
    Promise.resolve(page()).then(
      (answer) => send(response, answer),
      (error: unknown) => {
        log.error({ err: error, path }, 'monitoring request failed');
        send(response, json(500, { error: 'internal error' }));
      },
    );
  });
  server.setTimeout(IDLE_TIMEOUT_MS);
  keepRoom(server);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    // Safe cast: before a server listens, it emits only system errors, which have a code.
    const { code } = error as NodeJS.ErrnoException;
    throw new FatalError(
      `HTTP_PORT ${port} on ${host} can't be used (${code === 'EADDRINUSE' ? 'in use by another program' : code}): choose another HTTP_PORT, or HTTP_HOST.`,
      { cause: error },
    );
  }
  log.info({ host, port }, 'health and metrics served');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** When there are too many connections, closes the one that has been idle longest, so that a probe always gets in. */
function keepRoom(server: Server): void {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    const [oldest] = connections;
    if (connections.size > MAX_CONNECTIONS) oldest?.destroy();
  });
  server.on('request', ({ socket }: IncomingMessage) => {
    if (connections.delete(socket)) connections.add(socket);
  });
}

/** Node leaves out the body in the answer to a HEAD. */
function send(response: ServerResponse, { status, type, body }: Page): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
