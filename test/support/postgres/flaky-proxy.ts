import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What happens to the next message of a client that contains a text. */
export type Accident = 'the request is lost' | 'the answer is lost';

/** The line between the bot and the server, which can break at any word. */
export class Line {
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

  /** A line to the server of a URL, and the URL over it; it ends with the test. @param delayMs what each request takes longer */
  static async to(url: string, { delayMs = 0 } = {}): Promise<{ line: Line; url: string }> {
    const line = new Line(url, delayMs);
    await line.restore();
    onTestFinished(() => line.cut());
    const over = new URL(url);
    over.port = String(line.#port);
    return { line, url: over.href };
  }

  /** Lets the line break when a client says `word`. It works again at once, for new connections. */
  breakAt(word: string, accident: Accident): void {
    this.#next = { word, accident };
  }

  get hasBroken(): boolean {
    return this.#next === undefined;
  }

  /** From now on nothing comes through connections that are there, and none is closed. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Ends all connections, and takes no new ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async restore(): Promise<void> {
    this.#isSilent = false;
    const server = createServer((client) => this.#join(client));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
  }

  #join(client: Socket): void {
    const server = connect(this.#target);
    let isAnswerLost = false;
    const wasSilent = this.#isSilent;
    const isMute = () => this.#isSilent && !wasSilent;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.on('data', (data) => {
      if (isMute()) return;
      const { word, accident } = this.#next ?? {};
      if (word !== undefined && data.includes(word)) {
        this.#next = undefined;
        if (accident === 'the request is lost') {
          // The server learns nothing of it, as when a machine in between has gone.
          client.destroy();
          return;
        }
        isAnswerLost = true;
      }
      if (this.#delayMs === 0) server.write(data);
      else setTimeout(() => server.write(data), this.#delayMs);
    });
    server.on('data', (data) => {
      if (isMute()) return;
      if (isAnswerLost) client.destroy();
      else client.write(data);
    });
    client.on('end', () => server.end());
    server.on('close', () => client.destroy());
  }
}
