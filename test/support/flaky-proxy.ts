import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a port of this machine that a test can spoil. */
export class BreakableLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #answersUntilBreak = Number.POSITIVE_INFINITY;
  #breaks = 0;
  #every = Number.POSITIVE_INFINITY;

  private constructor(targetPort: number) {
    this.#server = createServer((near) => this.#join(near, connect(targetPort, '127.0.0.1')));
  }

  static async to(targetPort: number): Promise<BreakableLine> {
    const line = new BreakableLine(targetPort);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
    return `redis://127.0.0.1:${address.port}`;
  }

  get breaks(): number {
    return this.#breaks;
  }

  /** From now on every so manieth answer is lost, with the connection that it should have come over. */
  breakEvery(answers: number): void {
    this.#every = answers;
    this.#answersUntilBreak = answers;
  }

  /** The connections that there are carry nothing any more, and nobody is told; new ones are as they should be. */
  silence(): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners('data');
      socket.resume();
    }
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket, far: Socket): void {
    const end = () => {
      near.destroy();
      far.destroy();
      this.#sockets.delete(near);
      this.#sockets.delete(far);
    };
    for (const socket of [near, far]) this.#sockets.add(socket.on('close', end).on('error', end));
    near.on('data', (data) => far.write(data));
    far.on('data', (data) => {
      this.#answersUntilBreak -= 1;
      if (this.#answersUntilBreak > 0) return void near.write(data);
      this.#answersUntilBreak = this.#every;
      this.#breaks += 1;
      end();
    });
  }
}
