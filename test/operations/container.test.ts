import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = (name: string) => fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url));

/** A process with everything it has printed so far. */
function watched(child: ChildProcess) {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    closed: once(child, 'close').then(([code]: unknown[]) => ({ code, output })),
    printed: (word: string) => expect.poll(() => output, { timeout: 10_000 }).toContain(word),
    terminate: () => child.kill('SIGTERM'),
  };
}

describe('scripts/pause-after-failure.sh', () => {
  const run = (pause: number, code: string) =>
    watched(spawn('sh', [script('pause-after-failure.sh'), String(pause), process.execPath, '-e', code]));
  // Longer than the timeout of a test.
  const LONG = 600;
  const UNTIL_TERM = (code: number) =>
    `process.on('SIGTERM', () => process.exit(${code})); setInterval(() => {}, 1000); console.log('up')`;

  it('exits at once when the command succeeds', async () => {
    expect(await run(LONG, 'process.exit(0)').closed).toEqual({ code: 0, output: '' });
  });

  it('passes on the exit code of a failed command, after the pause', async () => {
    const { code, output } = await run(0, 'process.exit(3)').closed;
    expect(code).toBe(3);
    expect(output).toContain('The command failed with exit code 3; the container exits in 0 s');
  });

  it.each([0, 7])(
    'passes on SIGTERM, waits for the command, and exits with its code %d without a pause',
    async (code) => {
      const child = run(LONG, UNTIL_TERM(code));
      await child.printed('up');
      child.terminate();
      expect((await child.closed).code).toBe(code);
    },
  );

  it('exits on SIGTERM during the pause', async () => {
    const child = run(LONG, 'process.exit(4)');
    await child.printed('exits in 600 s');
    child.terminate();
    expect((await child.closed).code).toBe(4);
  });
});

describe('scripts/healthcheck.mjs', () => {
  const check = async (env: Readonly<Record<string, string>>) =>
    (await watched(spawn(process.execPath, [script('healthcheck.mjs')], { env })).closed).code;

  it('succeeds when there is no port to check', async () => {
    expect(await check({})).toBe(0);
  });

  it.each([
    { status: 200, code: 0 },
    { status: 503, code: 1 },
  ])('exits with $code when /healthz answers $status', async ({ status, code }) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // Safe cast: a server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo;
    for (const host of [{}, { HTTP_HOST: '127.0.0.1' }, { HTTP_HOST: '"0.0.0.0"' }]) {
      expect(await check({ HTTP_PORT: `"${port}"\r`, ...host })).toBe(code);
    }
    expect(asked).toEqual(['/healthz', '/healthz', '/healthz']);
    server.close();
    await once(server, 'close');
    expect(await check({ HTTP_PORT: String(port) })).toBe(1);
  });
});
