import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { Stack } from '../../session/stack.ts';
import { drawAvatar } from './draw-avatar.ts';
import { LiveConnection } from './live-connection.ts';
import { isOwnRequest } from './request-guard.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
/** The page needs nothing but its own server, and nothing in a message may become more than text. */
const HEADERS = {
  'Content-Security-Policy': "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};
const MAX_MESSAGE_BYTES = 256 * 1024;

/** Serves the built page on loopback, with a websocket for live changes and for what members do. */
export class PageServer {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  /** @param folder the built page @param port default: any free one @throws Error when the port is in use */
  static async start(stack: Stack, folder: string, port = 0): Promise<PageServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return new PageServer(server, stack, folder);
  }

  private constructor(server: Server, stack: Stack, folder: string) {
    // Safe cast: a server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
    server.on('request', (request, response) => {
      if (!isOwnRequest(request.headers, port)) send(response, 403, 'text/plain', 'Only this machine is served.');
      else serve(request, response, stack, folder);
    });
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
    server.on('upgrade', (request, socket, head) => {
      // A broken connection must not end the sandbox; its `close` event does the rest.
      socket.on('error', () => {});
      // Browsers always send the origin of a websocket.
      const isOwn = request.headers.origin !== undefined && isOwnRequest(request.headers, port);
      if (!isOwn || request.url !== '/live') {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (connected) => new LiveConnection(connected, stack));
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

function serve(request: IncomingMessage, response: ServerResponse, { discord }: Stack, folder: string): void {
  const [pathname = '/'] = (request.url ?? '/').split('?');
  const [, kind = '', ...rest] = pathname.split('/');
  if (kind === 'avatars') {
    send(response, 200, 'image/svg+xml', drawAvatar(basename(rest[0] ?? '', '.svg')));
    return;
  }
  const attachment = kind === 'attachments' ? discord.findAttachment(rest[1] ?? '') : undefined;
  if (attachment) {
    // What the bot uploads is data: a browser must not open it as a page of this origin.
    const isImage = /^image\/(png|jpeg|webp|gif)$/.test(attachment.contentType);
    const download = isImage ? {} : { 'Content-Disposition': 'attachment' };
    response.writeHead(200, { ...HEADERS, ...download, 'Content-Type': attachment.contentType }).end(attachment.bytes);
    return;
  }
  const name = pathname === '/' ? 'index.html' : basename(pathname);
  const path = join(folder, name === 'index.html' ? '' : 'assets', name);
  const type = TYPES[extname(name)];
  if (type === undefined || !existsSync(path)) {
    send(response, 404, 'text/plain', 'There is no such file.');
    return;
  }
  response.writeHead(200, { ...HEADERS, 'Content-Type': type });
  createReadStream(path).pipe(response);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': type }).end(text);
}
