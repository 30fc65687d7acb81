import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { StandIns } from '../stand-ins/stand-ins.ts';
import type { Subject } from './subject.ts';

const BARE_CLIENT = fileURLToPath(new URL('bare-client.mjs', import.meta.url));

/**
 * Starts a discord.js client that only acknowledges, with the same Node and NODE_ENV as the bot.
 * @param nodeOptions those of the bot, so that both have the same
 * @throws Error when it exits before it is connected
 */
export async function startBareSubject(standIns: StandIns, nodeOptions: readonly string[] = []): Promise<Subject> {
  const { discord } = await standIns.addresses();
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, BARE_CLIENT], {
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close');
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(([code]) => {
      throw new Error(`The bare client exited (${code}) before it was connected.`);
    }),
  ]);
  const readyAfterMs = performance.now() - startedMs;
  return {
    readyAfterMs,
    // Safe cast: it has written a line, so it was spawned.
    pid: child.pid as number,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
