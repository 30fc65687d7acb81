import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { StandIns } from '../stand-ins/stand-ins.ts';
import type { Subject } from './subject.ts';

interface ScriptOptions {
  /** Those of the bot, so that both have the same. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a plain script of this folder that stands beside the bot, with the same Node and NODE_ENV.
 * @throws Error when it exits before it is connected
 */
async function startScript(
  name: string,
  standIns: StandIns,
  { nodeOptions = [], env = {} }: ScriptOptions = {},
): Promise<Subject> {
  const { discord, segmind } = await standIns.addresses();
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, fileURLToPath(new URL(name, import.meta.url))], {
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      SEGMIND_API_URL: segmind.url,
      SEGMIND_API_KEY: segmind.apiKey,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close');
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(([code]) => {
      throw new Error(`${name} exited (${code}) before it was connected.`);
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

/** A discord.js client that only acknowledges. */
export const startBareSubject = (standIns: StandIns, options?: ScriptOptions) =>
  startScript('bare-client.mjs', standIns, options);

/** A script that makes images with the same HTTP calls as the bot. */
export const startStraightSubject = (standIns: StandIns, options?: ScriptOptions) =>
  startScript('straight-client.mjs', standIns, options);
