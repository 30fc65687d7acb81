import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { beforeEach } from 'vitest';

const isThere = spawnSync('redis-server', ['--version']).status === 0;

/** Skips the tests of this file where there is no redis-server, and says so; with CI in the environment that is an error. */
export function needRedis(): void {
  if (isThere) return;
  if (process.env['CI']) throw new Error("No redis-server for the tests: install Debian's redis-server");
  const absence = 'SKIPPED: the tests over Redis, as there is no redis-server on the PATH';
  process.stderr.write(`\n${absence}\n\n`);
  beforeEach(({ skip }) => skip(absence));
}

/** A real Redis on a port of its own, in a folder of its own. It forgets everything when it ends, unless it keeps a file of what is appended. */
export class RedisServer {
  readonly port: number;
  readonly url: string;
  readonly #options: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'timeless-redis-'));
  #process: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#options = options;
  }

  /** @param options of redis-server, such as `--requirepass`; `--appendonly yes --appendfsync always` to keep the data */
  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await findFreePort(), options);
    await server.restart();
    return server;
  }

  /** Ends it by SIGKILL. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (!process) return;
    const closed = once(process, 'close');
    process.kill('SIGKILL');
    await closed;
  }

  /** Ends it by SIGKILL, if it runs, and starts it on the same port. */
  async restart(): Promise<void> {
    await this.kill();
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const started = spawn('redis-server', [...place, '--save', '', ...this.#options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = started;
    let said = '';
    for await (const data of started.stdout) {
      said += data;
      if (said.includes('Ready to accept connections')) break;
    }
    if (started.exitCode !== null || !said.includes('Ready to accept')) throw new Error(`redis-server ended:\n${said}`);
  }

  /** Stops it from answering while its connections stay open, until it is resumed. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Sends one command over a connection of its own. */
  async call(command: string, ...args: string[]): Promise<unknown> {
    const client = new Redis(this.url);
    try {
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** Ends it for good, with all its data. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  return address.port;
}
