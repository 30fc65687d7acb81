import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('npm run sandbox names the port that is in use, and ends', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  // Safe cast: it listens on TCP.
  const { port } = other.address() as AddressInfo;
  const args = ['--import', 'tsx', 'sandbox/main.ts', '--port', String(port)];
  await expect(promisify(execFile)(process.execPath, args, { cwd: ROOT, timeout: 60_000 })).rejects.toMatchObject({
    code: 1,
    stderr: `Port ${port} is in use. Choose another with --port.\n`,
  });
});
