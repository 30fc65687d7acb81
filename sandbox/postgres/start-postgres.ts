import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

export interface PostgresServer {
  /** With the rights to make roles and schemas; undefined where the server doesn't start. */
  readonly url: string | undefined;
  /** Why it doesn't. */
  readonly said: string;
  stop(): Promise<void>;
}

/** Starts a Postgres server of npm's in a temporary folder, which ends with this process at the latest. */
export async function startPostgres(): Promise<PostgresServer> {
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
  if (url === undefined) await closed;
  const [problem = stderr.slice(-300)] = /^.*(?:error|fatal):? .*$/im.exec(stderr) ?? [];
  const stop = async () => {
    child.stdin.end();
    await closed;
  };
  return { url, said: problem.trim(), stop };
}
