import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What happens to the next message of a client that contains a text. */
export type Accident = 'the request is lost' | 'the answer is lost';

/** A TCP proxy between the bot and a Postgres server, which can break at any statement. */
export class FlakyProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #next: { readonly word: string; readonly accident: Accident } | undefined;
  #isSilent = false;
  readonly #delayMs: number;

  constructor(url: string, delayMs = 0) {
    this.#delayMs = delayMs;
    const { hostname, port } = new URL(url);
    this.#target = { host: hostname, port: Number(port) };
  }

  /** A proxy to the server of a URL, and the URL through it; it ends with the test. @param delayMs delay of each request */
  static async to(url: string, { delayMs = 0 } = {}): Promise<{ proxy: FlakyProxy; url: string }> {
    const proxy = new FlakyProxy(url, delayMs);
    await proxy.start();
    onTestFinished(() => proxy.stop());
    const over = new URL(url);
    over.port = String(proxy.#port);
    return { proxy, url: over.href };
  }

  /** Breaks the connection when a client sends `word`; new connections work. */
  breakAt(word: string, accident: Accident): void {
    this.#next = { word, accident };
  }

  get hasBroken(): boolean {
    return this.#next === undefined;
  }

  /** Forwards nothing more over existing connections, without closing them. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Ends all connections, and accepts no new ones. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async start(): Promise<void> {
    this.#isSilent = false;
    const server = createServer((client) => this.#forward(client));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
  }

  #forward(client: Socket): void {
    const server = connect(this.#target);
    let isAnswerLost = false;
    const wasSilent = this.#isSilent;
    const isBlocked = () => this.#isSilent && !wasSilent;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.on('data', (data) => {
      if (isBlocked()) return;
      const { word, accident } = this.#next ?? {};
      if (word !== undefined && data.includes(word)) {
        this.#next = undefined;
        if (accident === 'the request is lost') {
          // The connection to the server stays open, as when a machine in between fails.
          client.destroy();
          return;
        }
        isAnswerLost = true;
      }
      if (this.#delayMs === 0) server.write(data);
      else setTimeout(() => server.write(data), this.#delayMs);
    });
    server.on('data', (data) => {
      if (isBlocked()) return;
      if (isAnswerLost) client.destroy();
      else client.write(data);
    });
    client.on('end', () => server.end());
    server.on('close', () => client.destroy());
  }
}
